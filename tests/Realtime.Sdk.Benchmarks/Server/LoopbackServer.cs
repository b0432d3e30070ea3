using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Realtime.Sdk.Benchmarks;

/// <summary>
/// The server of the end-to-end rows, in a separate process: plain sockets and prepared frames, so that its cost is small and the same for every
/// candidate. The model in the URL selects the behavior of a session.
/// </summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly Pacer _pacer = new();
    private readonly Traffic _traffic = new();
    private readonly TcpListener _plain = new(IPAddress.Loopback, 0);
    private readonly TcpListener _tls = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2? _certificate;
    private int _paced;

    public LoopbackServer(string? certificate)
    {
        _certificate = certificate is null ? null : X509CertificateLoader.LoadPkcs12FromFile(certificate, null);
        _plain.Start(backlog: 4096);
        _tls.Start(backlog: 4096);
    }

    /// <summary>Serves until the process that started this one closes standard input. Answers each line with the traffic of relayed sessions so far.</summary>
    public static async Task<int> RunAsync(string? certificate)
    {
        using var server = new LoopbackServer(certificate);
        _ = server.AcceptAsync(server._plain, null);
        _ = server.AcceptAsync(server._tls, server._certificate);
        Console.WriteLine($"{Port(server._plain)} {Port(server._tls)}");
        while (await Console.In.ReadLineAsync() is not null)
            Console.WriteLine(server._traffic);
        return 0;
    }

    public void Dispose()
    {
        _plain.Dispose();
        _tls.Dispose();
        _certificate?.Dispose();
    }

    private static int Port(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    private async Task AcceptAsync(TcpListener listener, X509Certificate2? certificate)
    {
        while (true)
        {
            var socket = await listener.AcceptSocketAsync();
            socket.NoDelay = true;
            _ = ServeAsync(socket, certificate);
        }
    }

    private async Task ServeAsync(Socket socket, X509Certificate2? certificate)
    {
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            if (certificate is not null)
            {
                var tls = new SslStream(stream);
                stream = tls;
                await tls.AuthenticateAsServerAsync(certificate);
            }
            await HttpAsync(new(stream));
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The client disconnected, which ends every session here.
        }
        finally
        {
            await stream.DisposeAsync();
        }
    }

    private async Task HttpAsync(RequestReader requests)
    {
        while (await requests.NextAsync() is { } request)
        {
            if (request.Header("Sec-WebSocket-Key") is { } key)
            {
                await requests.Stream.WriteAsync(Upgrade(key, request.Header("Sec-WebSocket-Protocol")));
                await SessionAsync(requests, request.Model);
                return;
            }
            await requests.Stream.WriteAsync(SecretAnswer);
        }
    }

    private async Task SessionAsync(RequestReader requests, string model)
    {
        var (kind, number) = (model.Split('-')[0], int.TryParse(model.Split('-')[^1], out var parsed) ? parsed : 0);
        await requests.Stream.WriteAsync(TurnFrames.Opening);
        if (kind is "talk" or "chat" or "push")
            await ConfigureAsync(requests);
        if (kind == "chat")
        {
            var turns = new NumberedTurns(NumberedTurn.ShortAnswer);
            _pacer.Add(requests.Stream, number, () => turns.NextEvent());
        }
        if (kind == "pace")
        {
            var next = Interlocked.Increment(ref _paced);
            _pacer.Add(requests.Stream, number, () => TurnFrames.Events[next++ % TurnFrames.Events.Length]);
        }
        if (kind is RelayedSession.Replay or RelayedSession.Paced)
            await new RelayedSession(requests, _pacer, _traffic, Interlocked.Increment(ref _paced)).RunAsync(kind, number);
        if (kind == "talk")
            await TalkAsync(requests, new(number));
        if (kind == "push")
            await PushAsync(requests, new(number));
        if (kind == SinkSession.Kind)
            await new SinkSession(requests, _traffic, number).RunAsync();
        while (await requests.NextFrameAsync() is { } asked)
        {
            if (asked)
                await AnswerAsync(requests.Stream, kind, number);
        }
    }

    /// <summary>Sends one turn, or a number of turns or pieces without waiting.</summary>
    private static async Task AnswerAsync(Stream stream, string kind, int number)
    {
        if (kind == "turn")
            await stream.WriteAsync(number == 0 ? TurnFrames.Turn : TurnFrames.Short);
        for (var i = 0; kind is "flood" or "fan" && i < number; i++)
            await stream.WriteAsync(kind == "flood" ? TurnFrames.Turn : TurnFrames.Piece);
    }

    /// <summary>Waits for a session update, and accepts it.</summary>
    private static async Task ConfigureAsync(RequestReader requests)
    {
        while (await requests.NextFrameAsync() == false) { }
        await requests.Stream.WriteAsync(TurnFrames.Updated);
    }

    /// <summary>Answers every two events: a message and the request for a response.</summary>
    private static async Task TalkAsync(RequestReader requests, WholeTurns turns)
    {
        for (var texts = 0; await requests.NextFrameAsync() is { } isText;)
        {
            if (isText && ++texts % 2 == 0)
                await requests.Stream.WriteAsync(turns.Next());
        }
    }

    /// <summary>Sends several turns for each event.</summary>
    private static async Task PushAsync(RequestReader requests, WholeTurns turns)
    {
        while (await requests.NextFrameAsync() is { } isText)
        {
            for (var i = 0; isText && i < WholeTurns.Pushed; i++)
                await requests.Stream.WriteAsync(turns.Next());
        }
    }

    private static byte[] Upgrade(string key, string? protocol)
    {
#pragma warning disable CA5350 // RFC 6455 requires SHA-1 for the opening handshake.
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        var chosen = protocol is null ? "" : $"Sec-WebSocket-Protocol: {protocol.Split(',')[0].Trim()}\r\n";
        return Encoding.ASCII.GetBytes($"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {accept}\r\n{chosen}\r\n");
    }

    private static readonly byte[] SecretAnswer =
    [
        .. Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nx-request-id: req_{new WireIds().Noise(32)}\r\n" +
            $"openai-processing-ms: 41\r\nContent-Length: {SessionJson.ClientSecretAnswer.Length}\r\n\r\n"),
        .. SessionJson.ClientSecretAnswer,
    ];
}
