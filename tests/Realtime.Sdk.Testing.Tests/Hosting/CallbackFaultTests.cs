using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Realtime.Sdk.Testing.Internal;

namespace Realtime.Sdk.Testing.Tests.Hosting;

/// <summary>
/// Callbacks of a test that throw. An observer changes nothing; a callback that answers ends its session; disposing the emulator throws the exceptions, and
/// stops the server in every case.
/// </summary>
public sealed class CallbackFaultTests
{
    private const string Update = """{"type":"session.update","session":{"type":"realtime","instructions":"Be brief."}}""";

    public static TheoryData<Exception> Exceptions =>
        [new InvalidOperationException("mine"), new OperationCanceledException("mine"), new IOException("mine"), new EmulatorSessionEndedException("mine", null)];

    [Theory]
    [MemberData(nameof(Exceptions), DisableDiscoveryEnumeration = true)]
    public async Task A_traffic_callback_that_throws_changes_no_session_and_is_thrown_at_disposal(Exception thrown)
    {
        var emulator = await RealtimeEmulator.StartAsync(new() { OnTraffic = _ => throw thrown });
        using var caller = await SocketCaller.ConnectAsync(emulator);

        var created = await caller.ReceiveAsync();
        await caller.SendAsync(Update);
        var updated = await caller.ReceiveAsync();
        await caller.CloseAsync();
        await emulator.Sessions[0].Completion.WithTimeout();

        Type(created).Should().Be("session.created");
        Type(updated).Should().Be("session.updated");
        emulator.Sessions[0].Received.Should().ContainSingle();
        (await DisposeAsync(emulator)).Should().BeSameAs(thrown);
        await IsFreeAsync(emulator);
    }

    [Fact]
    public async Task A_traffic_callback_that_throws_while_a_script_sends_does_not_end_the_script()
    {
        var thrown = new InvalidOperationException("mine");
        var emulator = await RealtimeEmulator.StartAsync(new() { OnTraffic = message => _ = message.IsFromClient ? 0 : throw thrown });
        emulator.OnConnect(async session =>
        {
            await session.SendTextAsync("one");
            await session.SendTextAsync("two");
        });
        using var caller = await SocketCaller.ConnectAsync(emulator);

        (await caller.ReceiveTextAsync()).Should().Be("one");
        (await caller.ReceiveTextAsync()).Should().Be("two");
        (await DisposeAsync(emulator)).Should().BeSameAs(thrown);
        await IsFreeAsync(emulator);
    }

    [Fact]
    public async Task A_condition_that_throws_fails_its_own_wait_and_nothing_else()
    {
        var thrown = new InvalidOperationException("mine");
        var emulator = await RealtimeEmulator.StartAsync();
        using var caller = await SocketCaller.ConnectAsync(emulator);
        await caller.ReceiveAsync();
        var session = await emulator.WhenConnectedAsync();

        var waiting = session.WhenReceivedAsync<SessionUpdateEvent>(_ => throw thrown);
        var other = session.WhenReceivedAsync<SessionUpdateEvent>();
        await caller.SendAsync(Update);

        (await Record.ExceptionAsync(() => waiting.WithTimeout())).Should().BeSameAs(thrown);
        await other.WithTimeout();
        Type(await caller.ReceiveAsync()).Should().Be("session.updated");
        await caller.CloseAsync();
        (await DisposeAsync(emulator)).Should().BeNull();
        await IsFreeAsync(emulator);
    }

    [Theory]
    [InlineData(nameof(EmulatorModelRule.Says), "hello")]
    [InlineData(nameof(EmulatorMcpTool.Call), "search")]
    public async Task A_callback_of_the_model_that_throws_ends_its_session_and_is_thrown_at_disposal(string callback, string words)
    {
        var thrown = new InvalidOperationException(callback);
        var emulator = await RealtimeEmulator.StartAsync();
        emulator.Model.AddMcpServer(new() { Label = "docs", Tools = [new() { Name = "search", Call = _ => throw thrown }] });
        emulator.Model.When("hello").Says(_ => throw thrown);
        using var caller = await SocketCaller.ConnectAsync(emulator);
        using var other = await SocketCaller.ConnectAsync(emulator);
        await other.ReceiveAsync();

        await caller.SendAsync("""{"type":"session.update","session":{"type":"realtime","tools":[{"type":"mcp","server_label":"docs","server_url":"https://example.com/mcp","require_approval":"never"}]}}""");
        await caller.SendAsync($$$"""{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"{{{words}}}"}]}}""");
        await caller.SendAsync("""{"type":"response.create","response":{"output_modalities":["text"]}}""");
        while (await caller.ReceiveBytesAsync() is not null)
            continue;
        await caller.CloseAsync();
        await other.SendAsync(Update);

        caller.Socket.CloseStatus.Should().Be((WebSocketCloseStatus)1011);
        Type(await other.ReceiveAsync()).Should().Be("session.updated");
        (await DisposeAsync(emulator)).Should().BeSameAs(thrown);
        await IsFreeAsync(emulator);
    }

    [Fact]
    public async Task An_observer_of_violations_that_throws_does_not_end_the_session()
    {
        var emulator = await RealtimeEmulator.StartAsync(new() { OnViolation = violation => throw new FormatException(violation.Rule) });
        using var caller = await SocketCaller.ConnectAsync(emulator);
        await caller.ReceiveAsync();

        await caller.SendAsync("""{"type":"conversation.item.delete","item_id":"gone"}""");
        await caller.SendAsync(Update);

        Type(await caller.ReceiveAsync()).Should().Be("error");
        Type(await caller.ReceiveAsync()).Should().Be("session.updated");
        (await DisposeAsync(emulator)).Should().BeOfType<FormatException>().Which.Message.Should().Be("item_delete_invalid_item_id");
        await IsFreeAsync(emulator);
    }

    [Fact]
    public void Every_callback_of_the_options_is_tried_here()
    {
        var callbacks = typeof(RealtimeEmulator).Assembly.GetExportedTypes().SelectMany(type => type.GetProperties())
            .Where(property => typeof(Delegate).IsAssignableFrom(property.PropertyType)).Select(property => property.Name);

        callbacks.Should().BeEquivalentTo([nameof(RealtimeEmulatorOptions.OnTraffic), nameof(RealtimeEmulatorOptions.OnViolation), nameof(EmulatorMcpTool.Call)]);
    }

    [Fact]
    public async Task A_script_that_does_not_end_does_not_keep_the_server_running()
    {
        var emulator = await RealtimeEmulator.StartAsync();
        var never = new TaskCompletionSource();
        emulator.OnConnect(_ => never.Task);
        using var caller = await SocketCaller.ConnectAsync(emulator);
        await emulator.WhenConnectedAsync();

        var disposing = DisposeAsync(emulator);
        await IsFreeAsync(emulator);
        never.SetException(new InvalidOperationException("mine"));

        (await disposing).Should().BeOfType<InvalidOperationException>().Which.Message.Should().Be("mine");
    }

    [Fact]
    public async Task A_clock_that_throws_does_not_keep_the_server_running()
    {
        var time = new StoppingTime();
        var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = time });
        using var caller = await SocketCaller.ConnectAsync(emulator);
        await caller.ReceiveAsync();

        time.Throws = true;
        await caller.SendAsync(Update);
        await Record.ExceptionAsync(async () =>
        {
            while (await caller.ReceiveBytesAsync() is not null)
                continue;
        });

        (await DisposeAsync(emulator)).Should().BeOfType<InvalidOperationException>().Which.Message.Should().Be("The clock has stopped.");
        await IsFreeAsync(emulator);
    }

    [Fact]
    public async Task A_clock_that_throws_while_a_request_is_answered_is_thrown_at_disposal()
    {
        var time = new StoppingTime();
        var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = time });
        using var caller = EmulatorCaller.Of(emulator);

        time.Throws = true;
        await Record.ExceptionAsync(() => caller.PostAsync("realtime/client_secrets", "{}"));

        (await DisposeAsync(emulator)).Should().BeOfType<InvalidOperationException>().Which.Message.Should().Be("The clock has stopped.");
        await IsFreeAsync(emulator);
    }

    [Fact]
    public async Task A_clock_that_throws_when_a_call_expires_is_thrown_at_disposal()
    {
        var time = new StoppingTime();
        var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = time, Model = new() { SessionDuration = TimeSpan.FromMilliseconds(50) } });
        await emulator.PlaceCallAsync();

        time.Throws = true;
        await time.HasThrown.WithTimeout();

        (await DisposeAsync(emulator)).Should().BeOfType<InvalidOperationException>().Which.Message.Should().Be("The clock has stopped.");
        await IsFreeAsync(emulator);
    }

    [Fact]
    public async Task A_script_that_throws_at_once_closes_its_session_and_is_thrown_at_disposal()
    {
        var thrown = new OperationCanceledException("mine");
        var emulator = await RealtimeEmulator.StartAsync();
        emulator.OnNextConnect(_ => throw thrown);
        using var caller = await SocketCaller.ConnectAsync(emulator);

        var answer = await caller.ReceiveBytesAsync();

        answer.Should().BeNull();
        caller.Socket.CloseStatus.Should().Be((WebSocketCloseStatus)1011);
        (await DisposeAsync(emulator)).Should().BeSameAs(thrown);
        await IsFreeAsync(emulator);
    }

    [Fact]
    public async Task An_emulator_that_cannot_start_leaves_no_port_behind()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var free = FreePort();

        var start = () => RealtimeEmulator.StartAsync(new() { HttpPort = free, HttpsPort = ((IPEndPoint)taken.LocalEndpoint).Port });

        await start.Should().ThrowAsync<IOException>();
        await using var emulator = await RealtimeEmulator.StartAsync(new() { HttpPort = free });
        emulator.BaseUrl.Port.Should().Be(free);
    }

    private static string Type(JsonNode message) => (string)message["type"]!;

    private static Task<Exception?> DisposeAsync(RealtimeEmulator emulator) =>
        Record.ExceptionAsync(() => emulator.DisposeAsync().WithTimeout()).AsTask();

    /// <summary>Whether both ports are free again, as soon as the server has let go of them.</summary>
    private static async Task IsFreeAsync(RealtimeEmulator emulator)
    {
        using var patience = new CancellationTokenSource(TestTimeout.Limit);
        foreach (var port in new[] { emulator.BaseUrl.Port, emulator.HttpsBaseUrl.Port })
        {
            while (true)
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                try
                {
                    probe.Start();
                    break;
                }
                catch (SocketException) when (!patience.IsCancellationRequested)
                {
                    await Task.Yield();
                }
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class StoppingTime : TimeProvider
    {
        private readonly TaskCompletionSource _hasThrown = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Throws { get; set; }

        public Task HasThrown => _hasThrown.Task;

        public override DateTimeOffset GetUtcNow()
        {
            if (!Throws)
                return base.GetUtcNow();
            _hasThrown.TrySetResult();
            throw new InvalidOperationException("The clock has stopped.");
        }
    }
}
