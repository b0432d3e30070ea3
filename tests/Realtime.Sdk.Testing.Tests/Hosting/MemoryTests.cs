using System.Net;
using System.Net.WebSockets;

namespace Realtime.Sdk.Testing.Tests.Hosting;

/// <summary>
/// An emulator that keeps no history and runs for long. Ten times as much with the environment variable REALTIME_SDK_EXHAUSTIVE=1. Alone in its
/// collection: the heap belongs to the whole process.
/// </summary>
[Collection(nameof(AloneCollection))]
public sealed class MemoryTests
{
    private const int AtOnce = 8;
    private const long Noise = 1024 * 1024;

    private const string Session = """{"type":"realtime","model":"gpt-realtime","instructions":"Be brief."}""";

    private static readonly int Factor = Environment.GetEnvironmentVariable("REALTIME_SDK_EXHAUSTIVE") == "1" ? 10 : 1;

    [Theory]
    [InlineData("a secret is minted", 1_500, 10_000)]
    [InlineData("a call is rejected", 200, 2_000)]
    [InlineData("a call is hung up", 200, 2_000)]
    [InlineData("a call is joined and transferred", 200, 2_000)]
    [InlineData("a session ends", 200, 2_000)]
    [InlineData("a session answers and ends", 100, 500)]
    public async Task What_is_over_leaves_nothing_behind(string what, int warmUps, int times)
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { KeepsHistory = false });
        using var caller = EmulatorCaller.Of(emulator);

        await RepeatAsync(warmUps, () => ActAsync(what, emulator, caller));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await RepeatAsync(times * Factor, () => ActAsync(what, emulator, caller));
        var growth = GC.GetTotalMemory(forceFullCollection: true) - before;

        growth.Should().BeLessThan(Noise);
        emulator.Calls.Should().BeEmpty();
        emulator.Requests.Should().BeEmpty();
        await UntilAsync(() => emulator.Sessions.Count == 0);
    }

    private static Task ActAsync(string what, RealtimeEmulator emulator, EmulatorCaller caller) => what switch
    {
        "a secret is minted" => PostAsync(caller, "realtime/client_secrets", $$$"""{"session":{{{Session}}}}"""),
        "a call is rejected" => RejectAsync(emulator, caller),
        "a call is hung up" => CallAsync(emulator, caller, "hangup"),
        "a call is joined and transferred" => CallAsync(emulator, caller, "refer", """{"target_uri":"tel:+14155550123"}""", joins: true),
        "a session answers and ends" => OpenAsync(emulator, "realtime?model=gpt-realtime", """{"type":"response.create","response":{"output_modalities":["text"]}}""", "rate_limits.updated"),
        _ => OpenAsync(emulator, "realtime?model=gpt-realtime"),
    };

    private static async Task<string> PlaceCallAsync(RealtimeEmulator emulator) => $"realtime/calls/{(await emulator.PlaceCallAsync()).CallId}";

    private static async Task RejectAsync(RealtimeEmulator emulator, EmulatorCaller caller) => await PostAsync(caller, $"{await PlaceCallAsync(emulator)}/reject");

    private static async Task CallAsync(RealtimeEmulator emulator, EmulatorCaller caller, string end, string body = "{}", bool joins = false)
    {
        var call = await PlaceCallAsync(emulator);
        await PostAsync(caller, $"{call}/accept", Session);
        if (joins)
            await OpenAsync(emulator, $"realtime?call_id={call.Split('/')[^1]}");
        await PostAsync(caller, $"{call}/{end}", body);
    }

    private static async Task PostAsync(EmulatorCaller caller, string path, string body = "{}") =>
        (await caller.PostAsync(path, body)).Status.Should().Be(HttpStatusCode.OK);

    private static async Task OpenAsync(RealtimeEmulator emulator, string target, string? message = null, string last = "")
    {
        using var caller = await SocketCaller.ConnectAsync(emulator, target);
        await caller.ReceiveTextAsync();
        if (message is not null)
        {
            await caller.SendAsync(message);
            while ((await caller.ReceiveTextAsync())?.Contains(last, StringComparison.Ordinal) == false)
                continue;
        }
        await caller.CloseAsync(WebSocketCloseStatus.NormalClosure);
    }

    private static async Task RepeatAsync(int times, Func<Task> act)
    {
        var left = times;
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
                await act();
        })));
    }

    /// <summary>A session is forgotten a moment after its client has left.</summary>
    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TestTimeout.Limit);
        while (!condition())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}

/// <summary>Tests that count what the whole process does.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;
