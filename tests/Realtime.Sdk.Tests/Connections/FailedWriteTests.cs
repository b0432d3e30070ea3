using System.Net.WebSockets;
using Realtime.Sdk.Tests.Transport.WebSockets;

namespace Realtime.Sdk.Tests.Connections;

/// <summary>A write that fails ends the sending. What the server said before it left, and why it closed, still reach the program.</summary>
public sealed class FailedWriteTests
{
    private const string Refusal = """{"type":"error","event_id":"e1","error":{"type":"invalid_request_error","code":"policy","message":"Not allowed."}}""";

    [Fact]
    public async Task An_error_and_a_close_that_wait_to_be_received_win_over_a_failed_write()
    {
        var messages = new Queue<string?>([Refusal, null]);
        var writeFailed = new TaskCompletionSource();
        using var socket = new ScriptedWebSocket
        {
            Sending = _ => throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely),
            Receiving = async () =>
            {
                await writeFailed.Task;
                return messages.Dequeue();
            },
            ServerClose = (WebSocketCloseStatus.PolicyViolation, "policy"),
        };
        await using var connection = RealtimeConnection.FromWebSocket(socket);

        var sending = connection.AppendAudioAsync(new byte[960]).AsTask();
        connection.IsOpen.Should().BeFalse();
        writeFailed.SetResult();
        var send = await FluentActions.Awaiting(() => sending.WithTimeout()).Should().ThrowAsync<RealtimeConnectionException>();
        var (events, end) = await ReadToEndAsync(connection);

        send.Which.IsDeliveryUncertain.Should().BeTrue();
        send.Which.CloseCode.Should().Be(1008);
        send.Which.IsTransient.Should().BeFalse();
        events.Should().ContainSingle().Which.Should().BeOfType<ErrorEvent>().Which.Error.Message.Should().Be("Not allowed.");
        end.Should().BeOfType<RealtimeConnectionException>().Which.CloseCode.Should().Be(1008);
        ((RealtimeConnectionException)end!).IsTransient.Should().BeFalse();
    }

    [Fact]
    public async Task Events_that_wait_behind_a_failed_write_are_refused_with_the_same_reason_and_were_not_sent()
    {
        var writes = 0;
        var close = new TaskCompletionSource<string?>();
        var failing = new TaskCompletionSource();
        using var socket = new ScriptedWebSocket
        {
            Sending = async _ =>
            {
                writes++;
                await failing.Task;
                throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely);
            },
            Receiving = () => close.Task,
            ServerClose = ((WebSocketCloseStatus)3000, "insufficient_quota"),
        };
        await using var connection = RealtimeConnection.FromWebSocket(socket);

        var first = connection.AppendAudioAsync(new byte[960]).AsTask();
        var queued = connection.AppendAudioAsync(new byte[960]).AsTask();
        failing.SetResult();
        await TransportUnderTest.UntilAsync(() => !connection.IsOpen);
        var late = connection.AppendAudioAsync(new byte[960]).AsTask();
        close.SetResult(null);

        foreach (var (send, uncertain) in new[] { (first, true), (queued, false), (late, false) })
        {
            var refused = await FluentActions.Awaiting(() => send.WithTimeout()).Should().ThrowAsync<RealtimeConnectionException>();
            refused.Which.CloseCode.Should().Be(3000);
            refused.Which.ErrorKind.Should().Be(RealtimeApiErrorKind.QuotaExceeded);
            refused.Which.IsTransient.Should().BeFalse();
            refused.Which.IsDeliveryUncertain.Should().Be(uncertain);
        }
        writes.Should().Be(1);
    }

    [Fact]
    public async Task A_failed_write_ends_a_connection_on_which_nothing_more_is_received()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        using var socket = new ScriptedWebSocket { Sending = _ => throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely) };
        await using var connection = RealtimeConnection.FromWebSocket(socket, new() { TimeProvider = time });

        var send = connection.AppendAudioAsync(new byte[960]).AsTask();
        connection.IsOpen.Should().BeFalse();
        send.IsCompleted.Should().BeFalse();
        time.Advance(TimeSpan.FromSeconds(2));

        var lost = await FluentActions.Awaiting(() => send.WithTimeout()).Should().ThrowAsync<RealtimeConnectionException>();
        lost.Which.IsTransient.Should().BeTrue();
        lost.Which.CloseCode.Should().BeNull();
        (await ReadToEndAsync(connection)).End.Should().BeOfType<RealtimeConnectionException>().Which.IsTransient.Should().BeTrue();
    }

    [Fact]
    public async Task A_close_that_cannot_be_sent_loses_nothing_that_the_server_has_sent()
    {
        await using var pair = await SocketPair.CreateAsync();
        await using var connection = RealtimeConnection.FromWebSocket(pair.Client);
        await pair.SendAsync(Refusal);
        await pair.Server.CloseOutputAsync(WebSocketCloseStatus.PolicyViolation, "policy", CancellationToken.None).WithTimeout();
        pair.ServerTcp.Close();

        await connection.CloseAsync().WithTimeout();

        (await ReadToEndAsync(connection)).Events.Should().ContainSingle().Which.Should().BeOfType<ErrorEvent>();
    }

    [Theory]
    [InlineData("insufficient_quota", RealtimeApiErrorKind.QuotaExceeded, false)]
    [InlineData("invalid_api_key", RealtimeApiErrorKind.Authentication, false)]
    [InlineData("session_expired", RealtimeApiErrorKind.SessionExpired, true)]
    [InlineData("conversation_already_has_active_response", null, true)]
    public async Task An_error_that_ends_a_session_says_why_the_link_was_dropped_after_it(string code, RealtimeApiErrorKind? kind, bool transient)
    {
        await using var pair = await SocketPair.CreateAsync();
        await using var connection = RealtimeConnection.FromWebSocket(pair.Client);
        await pair.SendAsync($$$"""{"type":"error","error":{"type":"invalid_request_error","code":"{{{code}}}","message":"No."}}""");
        await pair.SendAsync("""{"type":"response.output_text.delta","delta":"late"}""");
        pair.ServerTcp.Close();

        var (events, end) = await ReadToEndAsync(connection);

        events.Should().HaveCount(2);
        end.Should().BeOfType<RealtimeConnectionException>().Which.ErrorKind.Should().Be(kind);
        ((RealtimeConnectionException)end!).IsTransient.Should().Be(transient);
    }

    /// <summary>1,000 runs with the environment variable REALTIME_SDK_EXHAUSTIVE=1.</summary>
    [Fact]
    public async Task While_audio_streams_the_last_words_of_the_server_are_never_lost()
    {
        var runs = Environment.GetEnvironmentVariable("REALTIME_SDK_EXHAUSTIVE") == "1" ? 1_000 : 50;

        for (var run = 0; run < runs; run++)
            await RefuseWhileStreamingAsync(run);
    }

    private static async Task RefuseWhileStreamingAsync(int run)
    {
        await using var pair = await SocketPair.CreateAsync();
        await using var connection = RealtimeConnection.FromWebSocket(pair.Client);
        var streaming = Task.Run(async () =>
        {
            while (true)
                await connection.AppendAudioAsync(new byte[4_800]);
        });
        var reading = ReadToEndAsync(connection);
        for (var i = 0; i <= run % 5; i++)
            await pair.ReceiveAsync();

        // In one write, then gone without reading what the client still sends: the client's next write meets a reset.
        await pair.ServerStream.WriteAsync((byte[])[.. ServerBytes.Text(Refusal), .. ServerBytes.Close(1008, "policy")]);
        pair.ServerTcp.Close();

        var (events, end) = await reading;
        events.Should().ContainSingle("run {0} sent one event", run).Which.Should().BeOfType<ErrorEvent>();
        end.Should().BeOfType<RealtimeConnectionException>().Which.CloseCode.Should().Be(1008, "the server closed run {0}", run);
        var send = await FluentActions.Awaiting(() => streaming.WithTimeout()).Should().ThrowAsync<RealtimeConnectionException>();
        send.Which.CloseCode.Should().Be(1008, "the sender of run {0} learns the same", run);
    }

    private static async Task<(List<ServerEvent> Events, Exception? End)> ReadToEndAsync(RealtimeConnection connection)
    {
        var events = new List<ServerEvent>();
        var end = await Record.ExceptionAsync(() => Task.Run(async () =>
        {
            await foreach (var serverEvent in connection.ReadEventsAsync())
                events.Add(serverEvent);
        }).WithTimeout());
        return (events, end);
    }
}
