using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Realtime.Sdk.Internal;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Transport.WebSockets;

namespace Realtime.Sdk.Tests.Connections;

/// <summary>
/// Handlers, callbacks and sources of the application that fail: what they throw comes out as theirs, and everything else goes on. Alone in its
/// collection: buffers belong to the whole process.
/// </summary>
[Collection(nameof(AloneCollection))]
public sealed class HandlerFaultTests
{
    private const string Audio = """{"type":"response.output_audio.delta","event_id":"e","response_id":"r","item_id":"i","output_index":0,"content_index":0,"delta":"AQI="}""";

    public static TheoryData<Exception> Exceptions =>
        [new InvalidOperationException("mine"), new OperationCanceledException("mine"), new IOException("mine"), new ObjectDisposedException("mine")];

    [Theory]
    [MemberData(nameof(Exceptions), DisableDiscoveryEnumeration = true)]
    public async Task What_an_audio_handler_throws_comes_out_of_the_loop_and_the_connection_stays_as_it_was(Exception thrown)
    {
        var buffers = BlockPool.Shared.Outstanding;
        await using (var test = await ConnectionUnderTest.StartAsync())
        {
            test.Connection.OnOutputAudio((in _) => throw thrown);
            for (var i = 0; i < 3; i++)
            {
                await test.Pair.SendAsync(Audio);
                (await Record.ExceptionAsync(() => ReadOneAsync(test.Connection))).Should().BeSameAs(thrown);
            }
            test.Connection.OnOutputAudio(null);
            await test.Pair.SendAsync(Audio);

            (await test.ReadAsync()).Should().BeOfType<ResponseOutputAudioDeltaEvent>();
            test.Connection.IsOpen.Should().BeTrue();
            test.Connection.UnreadBytes.Should().Be(Audio.Length, "the event that is being handled is the only one");
        }
        BlockPool.Shared.Outstanding.Should().Be(buffers);
    }

    [Fact]
    public async Task What_a_message_handler_throws_comes_out_unchanged_whatever_it_was_called_for()
    {
        var thrown = new InvalidOperationException("mine");
        using var http = new HttpClient(new FailingHandler(thrown));
        using var client = new RealtimeClient(http, new() { ApiKey = "sk-test", HttpClientFollowsNoRedirects = true });

        (await Record.ExceptionAsync(() => client.CreateClientSecretAsync(new ClientSecretRequest()).WithTimeout())).Should().BeSameAs(thrown);
        (await Record.ExceptionAsync(() => client.ConnectAsync("gpt-realtime").WithTimeout())).Should().BeSameAs(thrown);
    }

    [Fact]
    public async Task A_message_handler_that_cancels_on_its_own_is_a_failed_connection_and_no_cancellation_of_the_callers()
    {
        var thrown = new TaskCanceledException("mine");
        using var http = new HttpClient(new FailingHandler(thrown));
        using var client = new RealtimeClient(http, new() { ApiKey = "sk-test", MaxRetries = 0, HttpClientFollowsNoRedirects = true });

        foreach (var act in new Func<Task>[] { () => client.CreateClientSecretAsync(new ClientSecretRequest()), () => client.ConnectAsync("gpt-realtime") })
        {
            var failure = await Record.ExceptionAsync(() => act().WithTimeout());
            failure.Should().BeOfType<RealtimeConnectionException>();
            failure!.ToString().Should().Contain("mine");
        }
    }

    [Theory]
    [InlineData("dispose", false)]
    [InlineData("dispose", true)]
    [InlineData("cancel", false)]
    [InlineData("cancel", true)]
    [InlineData("deadline", false)]
    [InlineData("deadline", true)]
    public async Task A_callback_on_the_token_of_a_request_that_throws_does_not_come_out_of_whatever_cancels_it(string ending, bool connects)
    {
        var time = new FakeTimeProvider();
        using var cancellation = new CancellationTokenSource();
        using var client = new RealtimeClient(new RealtimeClientOptions { Credential = RealtimeCredential.FromTokenProvider(FailWhenCanceled), TimeProvider = time, MaxRetries = 0 });
        Task acting = connects ? client.ConnectAsync("gpt-realtime", cancellation.Token) : client.CreateClientSecretAsync(new ClientSecretRequest(), cancellation.Token);

        var end = Record.Exception(ending switch
        {
            "dispose" => client.Dispose,
            "cancel" => cancellation.Cancel,
            _ => () => time.Advance(TimeSpan.FromSeconds(30)),
        });

        end.Should().BeNull();
        var outcome = await Record.ExceptionAsync(() => acting.WithTimeout());
        outcome.Should().BeAssignableTo(ending switch
        {
            "dispose" => typeof(ObjectDisposedException),
            "cancel" => typeof(OperationCanceledException),
            _ => typeof(RealtimeTimeoutException),
        });
    }

    [Fact]
    public async Task Memory_that_cannot_be_read_leaves_no_buffer_behind()
    {
        var buffers = BlockPool.Shared.Outstanding;
        await using (var test = await ConnectionUnderTest.StartAsync())
        {
            for (var reads = 0; reads < 4; reads++)
            {
                using var appended = new GoneMemory(reads);
                using var sent = new GoneMemory(reads);
                await Record.ExceptionAsync(() => test.Connection.AppendAudioAsync(appended.Memory).AsTask());
                await Record.ExceptionAsync(() => test.Connection.SendMessageAsync(sent.Memory).AsTask());
            }

            await test.Connection.CancelResponseAsync();
        }
        BlockPool.Shared.Outstanding.Should().Be(buffers);
    }

    [Fact]
    public async Task A_logger_factory_that_is_disposed_before_the_client_changes_nothing()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        var provider = new DisposableLogs();
        var factory = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(provider));
        using var client = emulator.CreateClient(options => options.LoggerFactory = factory);
        await using var before = await client.ConnectAsync("gpt-realtime").WithTimeout();

        factory.Dispose();
        await using var after = await client.ConnectAsync("gpt-realtime").WithTimeout();
        await client.CreateClientSecretAsync(new RealtimeSessionConfiguration { Model = "gpt-realtime" }).WithTimeout();
        await before.SendTextAsync("Hello.");
        await before.CloseAsync().WithTimeout();
        await after.CloseAsync().WithTimeout();

        provider.Written.Should().BePositive();
        foreach (var session in emulator.Sessions)
            await session.Completion.WithTimeout();
    }

    [Fact]
    public async Task A_clock_that_throws_at_any_moment_leaves_no_connection_open()
    {
        var buffers = BlockPool.Shared.Outstanding;
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.OnConnect(session => session.SendSessionCreatedAsync());
        using var client = emulator.CreateClient();

        for (var call = 1; ; call++)
        {
            var clock = new FaultyClock(call);
            var failure = await Record.ExceptionAsync(async () =>
            {
                await using var connection = await client.ConnectAsync(new RealtimeConnectOptions { Model = "gpt-realtime", TimeProvider = clock }).WithTimeout();
                await ReadOneAsync(connection).WithTimeout();
                await connection.CancelResponseAsync().WithTimeout();
            });

            foreach (var session in emulator.Sessions)
                await session.Completion.WithTimeout();
            if (!clock.HasThrown)
            {
                failure.Should().BeNull();
                break;
            }
        }

        await TransportUnderTest.UntilAsync(() => BlockPool.Shared.Outstanding == buffers);
    }

    private static async Task ReadOneAsync(RealtimeConnection connection)
    {
        await foreach (var _ in connection.ReadEventsAsync())
            return;
    }

    private static ValueTask<string> FailWhenCanceled(CancellationToken cancellationToken)
    {
        cancellationToken.Register(() => throw new InvalidOperationException("mine"));
        return new(new TaskCompletionSource<string>().Task);
    }

    /// <summary>A clock that throws once, when it is asked for the time or for a timer for the so-and-so-manieth time.</summary>
    private sealed class FaultyClock(int at) : TimeProvider
    {
        private int _calls;

        public bool HasThrown { get; private set; }

        public override long GetTimestamp() => Ask(base.GetTimestamp);

        public override DateTimeOffset GetUtcNow() => Ask(base.GetUtcNow);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            Ask(() => base.CreateTimer(callback, state, dueTime, period));

        private T Ask<T>(Func<T> answer)
        {
            if (Interlocked.Increment(ref _calls) != at)
                return answer();
            HasThrown = true;
            throw new InvalidOperationException($"The clock fails at call {at}.");
        }
    }

    private sealed class FailingHandler(Exception exception) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => throw exception;
    }

    /// <summary>Memory whose owner takes it back after some reads.</summary>
    private sealed class GoneMemory(int reads) : MemoryManager<byte>
    {
        private readonly byte[] _bytes = Encoding.UTF8.GetBytes("""{"type":"response.cancel"}""");
        private int _reads = reads;

        public override Span<byte> GetSpan() => _reads-- > 0 ? _bytes : throw new ObjectDisposedException(nameof(GoneMemory));

        public override Memory<byte> Memory => CreateMemory(_bytes.Length);

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin() { }

        protected override void Dispose(bool disposing) { }
    }

    /// <summary>Loggers that throw once their provider is disposed, as those do that write to a resource.</summary>
    private sealed class DisposableLogs : ILoggerProvider
    {
        private bool _disposed;

        public int Written { get; private set; }

        public ILogger CreateLogger(string categoryName) => new Log(this);

        public void Dispose() => _disposed = true;

        private sealed class Log(DisposableLogs logs) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                ObjectDisposedException.ThrowIf(logs._disposed, this);
                logs.Written++;
            }
        }
    }
}
