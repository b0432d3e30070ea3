using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Time.Testing;
using Realtime.Sdk.Testing;

namespace Realtime.Sdk.Tests.Diagnostics;

/// <summary>One run of a phase: its client, its connections, and what came of it as text.</summary>
internal sealed partial class PhaseRun(RealtimeEmulator emulator, ThrowingSinks sinks)
{
    private readonly List<Task> _completions = [];
    private readonly TaskCompletionSource<EmulatorSession> _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RealtimeEmulator Emulator => emulator;

    public ThrowingSinks Sinks => sinks;

    /// <summary>The client's clock where the phase uses <see cref="Client"/> with it.</summary>
    public FakeTimeProvider Time { get; } = new();

    /// <summary>The server's end of the first connection of this run.</summary>
    public Task<EmulatorSession> Connected => _connected.Task;

    public IReadOnlyList<Task> Completions => _completions;

    public RealtimeClient Client(Action<RealtimeClientOptions>? configure = null) => emulator.CreateClient(options =>
    {
        options.LoggerFactory = sinks;
        options.TimeProvider = Time;
        options.Randomizer = () => 0;
        configure?.Invoke(options);
    });

    /// <summary>What the server does on the next connection.</summary>
    public void Script(Func<EmulatorSession, Task> script) => emulator.OnNextConnect(session =>
    {
        _connected.TrySetResult(session);
        return script(session);
    });

    /// <summary>Opens a connection of a client that lives as long as the call, and watches that it completes.</summary>
    public async Task<RealtimeConnection> ConnectAsync(RealtimeConnectOptions? options = null)
    {
        using var client = Client();
        return Watch(await client.ConnectAsync(options ?? new() { Model = "gpt-realtime" }).WithTimeout());
    }

    public RealtimeConnection Watch(RealtimeConnection connection)
    {
        _completions.Add(connection.Completion);
        return connection;
    }

    public RealtimeTranslationConnection Watch(RealtimeTranslationConnection connection)
    {
        _completions.Add(connection.Completion);
        return connection;
    }

    /// <summary>The types of the next events.</summary>
    public static async Task<string> ReadAsync(RealtimeConnection connection, int count)
    {
        var types = new List<string>();
        await foreach (var serverEvent in connection.ReadEventsAsync())
        {
            types.Add(serverEvent.GetType().Name);
            if (types.Count == count)
                break;
        }
        return string.Join(", ", types);
    }

    /// <summary>The types of all events that are left, and how the connection ended.</summary>
    public static async Task<string> ReadToEndAsync(RealtimeConnection connection)
    {
        var types = new List<string>();
        var end = await TellAsync(async () =>
        {
            await foreach (var serverEvent in connection.ReadEventsAsync())
                types.Add(serverEvent.GetType().Name);
            return "end";
        });
        return $"{string.Join(", ", types)}, {end}";
    }

    /// <summary>What came of an act: its result, or everything that its exception tells.</summary>
    public static async Task<string> TellAsync(Func<Task<string>> act)
    {
        try
        {
            return await act().WithTimeout();
        }
        catch (Exception e)
        {
            return Tell(e);
        }
    }

    /// <summary>Ids differ from run to run, and where exactly a wait was interrupted; all else that an exception tells must not.</summary>
    private static string Tell(Exception e)
    {
        var more = e switch
        {
            RealtimeConnectionException lost => $"{lost.Phase} {lost.CloseCode} {lost.CloseReason} {lost.IsTransient} {lost.IsDeliveryUncertain}",
            RealtimeApiException refused => $"{refused.StatusCode} {refused.Kind} {refused.Attempts} {refused.IsTransient}",
            RealtimeTimeoutException late => $"{late.Deadline} {late.IsDeliveryUncertain}",
            _ => "",
        };
        var inner = e.InnerException is OperationCanceledException ? nameof(OperationCanceledException) : e.InnerException?.GetType().Name;
        return Ids().Replace($"{e.GetType().Name}: {e.Message} {more} <- {inner}", "$1");
    }

    [GeneratedRegex("\\b(req|evt|event|item|sess)_\\w+")]
    private static partial Regex Ids();
}
