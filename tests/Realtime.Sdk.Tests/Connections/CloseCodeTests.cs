namespace Realtime.Sdk.Tests.Connections;

/// <summary>What the end of a connection is called, by the close frame as it crossed the wire.</summary>
public sealed class CloseCodeTests
{
    private const string Created = """{"type":"session.created","session":{}}""";

    public static TheoryData<byte[], int?> Closes => new()
    {
        { [0x88, 0], 1005 },
        { ServerBytes.Close(1000), null },
        { ServerBytes.Close(1000, "bye"), null },
        { ServerBytes.Close(1000, "ends like it: \u0088\0"), null },
    };

    [Theory]
    [MemberData(nameof(Closes))]
    public async Task A_close_is_normal_only_when_its_frame_says_1000(byte[] close, int? abnormal)
    {
        RawServer? server = null;
        await using var owned = server = new(async (stream, token) =>
        {
            await stream.WriteAsync((byte[])[.. ServerBytes.SwitchProtocols(server!.Requests[0]), .. ServerBytes.Text(Created), .. ServerBytes.Text(Created), .. close], token);
            await stream.ReadAtLeastAsync(new byte[6], 6, throwOnEndOfStream: false, token);
        });
        using var client = new RealtimeClient(new RealtimeClientOptions { BaseUrl = server.BaseUrl, ApiKey = "k" });
        await using var connection = await client.ConnectAsync("gpt-realtime").WithTimeout();
        var events = 0;

        var end = await Record.ExceptionAsync(() => Task.Run(async () =>
        {
            await foreach (var _ in connection.ReadEventsAsync())
                events++;
        }).WithTimeout());

        events.Should().Be(2);
        (end as RealtimeConnectionException)?.CloseCode.Should().Be(abnormal);
        if (abnormal is null)
            end.Should().BeNull();
        else
            end!.Message.Should().Be("The server closed the connection (1005, no code).");
    }
}
