using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using Microsoft.Extensions.Logging;
using Realtime.Sdk.Internal;
using Realtime.Sdk.Testing;
using Realtime.Sdk.Tests.Connections;
using Realtime.Sdk.Tests.Transport.WebSockets;

namespace Realtime.Sdk.Tests.Diagnostics;

/// <summary>
/// Loggers, listeners of activities and listeners of meters are other people's code. Each of their callbacks throws in turn, in every phase of
/// a client's life. Alone in its collection: meters, sources and pools belong to the whole process.
/// </summary>
[Collection(nameof(AloneCollection))]
public sealed class ThrowingSinkTests
{
    public static TheoryData<string> AllPhases => [.. Phases.All.Keys];

    [Theory]
    [MemberData(nameof(AllPhases))]
    public async Task A_sink_that_throws_changes_nothing(string phase)
    {
        using var unobserved = new UnobservedExceptions();
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var sinks = new ThrowingSinks();

        var expected = await RunAsync(phase, emulator, sinks, throwing: null);
        var changed = new List<string>();
        foreach (var point in sinks.Called)
        {
            var outcome = await Record.ExceptionAsync(async () => (await RunAsync(phase, emulator, sinks, point)).Should().Be(expected));
            if (outcome is not null)
                changed.Add($"{point}: {outcome.Message}");
        }

        changed.Should().BeEmpty();
        unobserved.Collect().Should().BeEmpty();
    }

    [Fact]
    public async Task Every_log_message_instrument_and_callback_is_called_in_some_phase()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var sinks = new ThrowingSinks();
        var called = new HashSet<string>();

        foreach (var phase in Phases.All.Keys)
        {
            await RunAsync(phase, emulator, sinks, throwing: null);
            called.UnionWith(sinks.Called);
        }

        var messages = typeof(RealtimeLog).GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .Where(message => message is not null)
            .Select(message => $"log {message!.EventId}");
        called.Should().Contain(messages);
        called.Should().Contain(sinks.Instruments.Select(instrument => $"instrument {instrument}"));
        called.Should().Contain(["CreateLogger", "IsEnabled", "activity sampled", "activity started", "activity stopped", "activity current"]);
    }

    /// <summary>Runs a phase and checks that nothing is left of it.</summary>
    private static async Task<string> RunAsync(string phase, RealtimeEmulator emulator, ThrowingSinks sinks, string? throwing)
    {
        sinks.Arm(throwing);
        var buffers = BlockPool.Shared.Outstanding;
        var sessions = emulator.Sessions.Count;
        var run = new PhaseRun(emulator, sinks);
        using var outer = new Activity("outer").Start();

        var outcome = await Phases.All[phase](run);

        Activity.Current.Should().BeSameAs(outer, "'{0}' threw", throwing);
        await Task.WhenAll(run.Completions).WithTimeout();
        foreach (var session in emulator.Sessions.Skip(sessions))
            await session.Completion.WithTimeout();
        await TransportUnderTest.UntilAsync(() => BlockPool.Shared.Outstanding == buffers);
        await TransportUnderTest.UntilAsync(() => sinks.Sum("realtime.connection.open") == 0 && sinks.Sum("realtime.connection.unread") == 0);
        await TransportUnderTest.UntilAsync(() => sinks.Calls("activity stopped") >= sinks.Calls("activity started"));
        return outcome;
    }

    /// <summary>Task exceptions that nobody looked at, from now on.</summary>
    private sealed class UnobservedExceptions : IDisposable
    {
        private readonly ConcurrentQueue<Exception> _exceptions = [];

        public UnobservedExceptions()
        {
            Collect();
            TaskScheduler.UnobservedTaskException += Note;
        }

        public ConcurrentQueue<Exception> Collect()
        {
            for (var i = 0; i < 2; i++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
            return _exceptions;
        }

        public void Dispose() => TaskScheduler.UnobservedTaskException -= Note;

        private void Note(object? sender, UnobservedTaskExceptionEventArgs e) => _exceptions.Enqueue(e.Exception);
    }
}
