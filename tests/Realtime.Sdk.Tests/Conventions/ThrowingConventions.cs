using System.IO.Pipelines;
using System.Reflection;
using Realtime.Sdk.Tests.Connections;

namespace Realtime.Sdk.Tests.Conventions;

/// <summary>One way of throwing: argument exceptions at once, everything else through the task.</summary>
public sealed class ThrowingConventions
{
    private static readonly NullabilityInfoContext Nullability = new();

    private static readonly Dictionary<Type, Func<object>> Arguments = new()
    {
        [typeof(string)] = () => "x",
        [typeof(int)] = () => 486,
        [typeof(TimeSpan)] = () => TimeSpan.Zero,
        [typeof(CancellationToken)] = () => CancellationToken.None,
        [typeof(ReadOnlyMemory<byte>)] = () => new ReadOnlyMemory<byte>([1, 2]),
        [typeof(Stream)] = () => new MemoryStream([1, 2]),
        [typeof(PipeReader)] = () => PipeReader.Create(new MemoryStream([1, 2])),
        [typeof(IAsyncEnumerable<ReadOnlyMemory<byte>>)] = () => new[] { new ReadOnlyMemory<byte>([1, 2]) }.ToAsyncEnumerable(),
        [typeof(WireObject)] = () => new RealtimeResponse(),
        [typeof(ClientEvent)] = () => new InputAudioBufferClearEvent(),
        [typeof(TranslationClientEvent)] = () => new TranslationSessionUpdateEvent { Session = new() },
        [typeof(ConversationItem)] = () => ConversationItem.UserText("x"),
        [typeof(ResponseConfiguration)] = () => new ResponseConfiguration(),
        [typeof(SessionConfiguration)] = () => new RealtimeSessionConfiguration { Model = "m" },
        [typeof(TranslationSessionConfiguration)] = () => new TranslationSessionConfiguration { Model = "m" },
        [typeof(LegacySessionConfiguration)] = () => new LegacySessionConfiguration { Model = "m" },
        [typeof(LegacyTranscriptionSessionConfiguration)] = () => new LegacyTranscriptionSessionConfiguration(),
        [typeof(ClientSecretRequest)] = () => new ClientSecretRequest { Session = new RealtimeSessionConfiguration { Model = "m" } },
        [typeof(RealtimeConnectOptions)] = () => new RealtimeConnectOptions { Model = "m" },
        [typeof(RealtimeTranslationConnectOptions)] = () => new RealtimeTranslationConnectOptions { Model = "m" },
    };

    [Fact]
    public async Task A_null_argument_throws_at_once()
    {
        await using var test = await ConnectionUnderTest.StartAsync();
        await using var translation = RealtimeTranslationConnection.FromWebSocket(test.Pair.Server);
        using var client = new RealtimeClient("sk-test");
        object[] owners = [client, client.Calls, test.Connection, translation];

        foreach (var method in AsyncMethods())
        {
            foreach (var parameter in method.GetParameters().Where(IsRequired))
            {
                var thrown = ThrownAtOnce(() => Invoke(method, owners, without: parameter));

                thrown.Should().BeOfType<TargetInvocationException>("{0} of {1}", parameter, method)
                    .Which.InnerException.Should().BeOfType<ArgumentNullException>("{0} of {1}", parameter, method)
                    .Which.ParamName.Should().Be(parameter.Name, "{0}", method);
            }
        }
    }

    [Fact]
    public async Task What_is_disposed_fails_through_the_task()
    {
        var test = await ConnectionUnderTest.StartAsync();
        var translation = RealtimeTranslationConnection.FromWebSocket(test.Pair.Server);
        var client = new RealtimeClient(new RealtimeClientOptions { ApiKey = "sk-test", ValidateRequests = false });
        object[] owners = [client, client.Calls, test.Connection, translation];
        await test.DisposeAsync();
        await translation.DisposeAsync();
        client.Dispose();

        foreach (var method in AsyncMethods().Where(method => method.DeclaringType != typeof(RealtimeJson)))
        {
            var task = Invoke(method, owners, without: null);
            var thrown = await Record.ExceptionAsync(() => task.WithTimeout());

            if (!method.Name.StartsWith("Close", StringComparison.Ordinal) && method.Name != nameof(IAsyncDisposable.DisposeAsync))
                thrown.Should().BeAssignableTo<InvalidOperationException>("{0}", method);
        }
    }

    [Fact]
    public async Task What_the_SDK_refuses_to_send_fails_through_the_task()
    {
        await using var test = await ConnectionUnderTest.StartAsync();
        await using var translation = RealtimeTranslationConnection.FromWebSocket(test.Pair.Server);
        using var client = new RealtimeClient("sk-test");
        var session = new RealtimeSessionConfiguration { Model = "m", Audio = new() { Output = new() { Speed = double.NaN } } };
        var flat = new LegacySessionConfiguration { Model = "m", Speed = double.NaN };

        Func<Task>[] calls =
        [
            () => client.ConnectAsync(session),
            () => client.ConnectTranslationAsync(new TranslationSessionConfiguration { Model = "m", Audio = new() { Output = new() { Language = " " } } }),
            () => client.CreateClientSecretAsync(session),
            () => client.CreateTranslationClientSecretAsync(new TranslationSessionConfiguration()),
            () => client.CreateSessionAsync(flat),
            () => client.Calls.CreateAsync("v=0", session),
            () => client.Calls.CreateAsync(""),
            () => client.Calls.AcceptAsync("rtc_1", session),
            () => client.Calls.RejectAsync(""),
            () => client.Calls.ReferAsync("rtc_1", ""),
            () => client.Calls.HangUpAsync(".."),
            () => test.Connection.SendAsync(new SessionUpdateEvent { Session = session }).AsTask(),
            () => test.Connection.SendAndWaitForReplyAsync(new SessionUpdateEvent { Session = session }),
            () => test.Connection.UpdateSessionAndWaitAsync(session),
            () => test.Connection.DeleteItemAsync("").AsTask(),
            () => test.Connection.AppendAudioAsync(ReadOnlyMemory<byte>.Empty).AsTask(),
            () => translation.AppendAudioAsync(ReadOnlyMemory<byte>.Empty).AsTask(),
        ];

        for (var i = 0; i < calls.Length; i++)
        {
            var task = calls[i]();

            (await Record.ExceptionAsync(() => task.WithTimeout())).Should().BeOfType<RealtimeValidationException>("call {0}", i);
        }
    }

    [Fact]
    public async Task Misuse_of_a_connection_fails_through_the_task_and_a_wrong_argument_at_once()
    {
        await using var test = await ConnectionUnderTest.StartAsync();
        await using var translation = RealtimeTranslationConnection.FromWebSocket(test.Pair.Server);
        using var azure = new RealtimeClient(new RealtimeClientOptions { ApiKey = "key", BaseUrl = new("https://x.openai.azure.com/openai/v1") });
        await translation.SendAsync(new TranslationSessionCloseEvent());

        var late = translation.SendAsync(new TranslationSessionUpdateEvent { Session = new() });
        var append = translation.AppendAudioAsync(new byte[2]);
        var unsupported = azure.ConnectTranslationAsync("m");

        await FluentActions.Awaiting(() => late.AsTask()).Should().ThrowAsync<InvalidOperationException>();
        await FluentActions.Awaiting(() => append.AsTask()).Should().ThrowAsync<InvalidOperationException>();
        await FluentActions.Awaiting(() => unsupported).Should().ThrowAsync<NotSupportedException>();
        ThrownAtOnce(() => test.Connection.SendAndWaitForReplyAsync(new InputAudioBufferAppendEvent { Audio = new byte[2] }))
            .Should().BeOfType<ArgumentException>();
        ThrownAtOnce(() => azure.ConnectAsync(new RealtimeConnectOptions { Model = "m", ConnectTimeout = TimeSpan.Zero }))
            .Should().BeOfType<ArgumentException>();
    }

    private static Exception? ThrownAtOnce(Func<Task> call)
    {
        try
        {
            _ = call();
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private static IEnumerable<MethodInfo> AsyncMethods() =>
        new[] { typeof(RealtimeClient), typeof(RealtimeCalls), typeof(RealtimeConnection), typeof(RealtimeTranslationConnection), typeof(RealtimeConnectionExtensions), typeof(RealtimeJson) }
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(method => method.ReturnType.IsAssignableTo(typeof(Task)) || method.ReturnType == typeof(ValueTask))
            .Where(method => !method.IsSpecialName)
            .Select(method => method.IsGenericMethod ? method.MakeGenericMethod(typeof(RealtimeSession)) : method);

    private static bool IsRequired(ParameterInfo parameter) =>
        !parameter.ParameterType.IsValueType && Nullability.Create(parameter).WriteState == NullabilityState.NotNull;

    private static Task Invoke(MethodInfo method, object[] owners, ParameterInfo? without)
    {
        var owner = owners.FirstOrDefault(method.DeclaringType!.IsInstanceOfType);
        var arguments = method.GetParameters().Select(parameter => parameter == without ? null : Argument(parameter.ParameterType, owners)).ToArray();
        var result = method.Invoke(owner, arguments);
        return result is ValueTask value ? value.AsTask() : (Task)result!;
    }

    private static object Argument(Type type, object[] owners) =>
        type == typeof(RealtimeConnection) ? owners.OfType<RealtimeConnection>().Single() : Arguments[type]();
}
