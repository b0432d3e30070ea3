using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Realtime.Sdk.Internal;
using Realtime.Sdk.Tests.Transport.WebSockets;

namespace Realtime.Sdk.Tests.Connections;

/// <summary>A server that sends as fast as the network takes it: whoever keeps reading gets everything, and the connection stays.</summary>
[Collection(nameof(AloneCollection))]
public sealed class BurstTests
{
    private const int Events = 15_000;
    private static readonly byte[] Frame = ServerBytes.Text(
        $$"""{"type":"response.output_audio.delta","event_id":"event_1","response_id":"resp_1","item_id":"item_1","output_index":0,"content_index":0,"delta":"{{Convert.ToBase64String(new byte[4_800])}}"}""");

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_burst_of_100_MB_is_read_whole(bool tls, bool pooled)
    {
        await using var pair = await SocketPair.CreateAsync();
        var ends = tls ? await SecureAsync(pair) : new(pair.Client, pair.ServerStream);
        await using var connection = RealtimeConnection.FromWebSocket(ends.Client);
        var bytes = 0L;
        if (pooled)
            connection.OnOutputAudio((in audio) => bytes += audio.Audio.Length);

        var sending = SendAsync(ends.Server);
        var reading = Task.Run(async () =>
        {
            await foreach (var serverEvent in connection.ReadEventsAsync())
            {
                if (serverEvent is ResponseOutputAudioDeltaEvent audio)
                    bytes += audio.Delta.Length;
                else
                    return;
            }
        });
        await Task.WhenAll(sending, reading).WithTimeout();

        bytes.Should().Be(Events * 4_800L);
        connection.IsOpen.Should().BeTrue();
    }

    [Fact]
    public async Task Pooled_audio_allocates_as_little_while_the_buffer_is_full_as_while_it_is_empty()
    {
        await using var pair = await SocketPair.CreateAsync();
        await using var connection = RealtimeConnection.FromWebSocket(pair.Client);
        var (heard, least) = (0, double.MaxValue);
        connection.OnOutputAudio((in _) => heard++);

        for (var batch = 0; batch < 5; batch++)
        {
            // Nobody reads until the server is held back: the whole backlog is there.
            var sending = SendAsync(pair.ServerStream);
            await TransportUnderTest.UntilAsync(() => connection.UnreadBytes > 16_000_000);
            var before = GC.GetTotalAllocatedBytes(precise: true);
            await foreach (var _ in connection.ReadEventsAsync())
                break;
            await sending.WithTimeout();
            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Events);
        }

        heard.Should().Be(5 * Events);
        least.Should().BeLessThan(300);
    }

    private static Task SendAsync(Stream server) => Task.Run(async () =>
    {
        byte[] tenth = [.. Enumerable.Repeat(Frame, 10).SelectMany(frame => frame)];
        for (var i = 0; i < Events / 10; i++)
            await server.WriteAsync(tenth);
        await server.WriteAsync(ServerBytes.Text("""{"type":"x"}"""));
    });

    private static async Task<Ends> SecureAsync(SocketPair pair)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var server = new SslStream(pair.ServerStream);
        var client = new SslStream(pair.ClientStream, false, (_, presented, _, _) => presented?.GetCertHashString() == certificate.GetCertHashString());
        await Task.WhenAll(
            server.AuthenticateAsServerAsync(certificate, false, SslProtocols.None, false),
            client.AuthenticateAsClientAsync("localhost")).WithTimeout();
        return new(WebSocket.CreateFromStream(new ReadAheadStream(client, BlockPool.Shared), new WebSocketCreationOptions { KeepAliveInterval = TimeSpan.Zero }), server);
    }

    private sealed record Ends(WebSocket Client, Stream Server);
}
