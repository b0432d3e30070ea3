using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Realtime.Sdk.AspNetCore.Tests.Endpoints;

/// <summary>What differs between the endpoints that a page can use: two to which it posts a body, and the relay, with which it opens a WebSocket.</summary>
public sealed class Door
{
    private Door(string name, string mediaType, HttpStatusCode success, int maxBytes, string upstreamPath, Func<int, string> pad) =>
        (Name, MediaType, Success, MaxBytes, UpstreamPath, Pad) = (name, mediaType, success, maxBytes, upstreamPath, pad);

    public static Door WebRtc { get; } = new("WebRtc", "application/sdp", HttpStatusCode.Created, 64 * 1024, "/v1/realtime/calls", PadOffer);

    public static Door ClientSecrets { get; } =
        new("ClientSecrets", "application/json", HttpStatusCode.OK, 16 * 1024, "/v1/realtime/client_secrets", length => $"{{\"pad\":\"{new string('x', length - 10)}\"}}");

    public static Door Relay { get; } = new("Relay", "", HttpStatusCode.SwitchingProtocols, 0, "/v1/realtime", _ => "");

    /// <summary>The webhook of telephone calls, which no page uses.</summary>
    public static Door IncomingCalls { get; } = new("IncomingCalls", "application/json", HttpStatusCode.NoContent, 64 * 1024, "", _ => "");

    public static TheoryData<Door> All => [WebRtc, ClientSecrets, Relay];

    public static TheoryData<Door> WithBody => [WebRtc, ClientSecrets];

    /// <summary>The end of the method that maps it.</summary>
    public string Name { get; }

    public string Method => $"MapRealtime{Name}";

    public string MediaType { get; }

    public HttpStatusCode Success { get; }

    public int MaxBytes { get; }

    /// <summary>The only request that it sends to the service.</summary>
    public string UpstreamPath { get; }

    /// <summary>Creates a valid body of exactly a number of bytes.</summary>
    public Func<int, string> Pad { get; }

    public string Body => Name switch { "WebRtc" => Offers.Browser, "Relay" => "", _ => "{}" };

    public HttpMethod Verb => Name == "Relay" ? HttpMethod.Get : HttpMethod.Post;

    public IEndpointConventionBuilder Map(IEndpointRouteBuilder endpoints, string pattern, RealtimeEndpointOptions? options = null, string agent = "waiter") => Name switch
    {
        "WebRtc" => endpoints.MapRealtimeWebRtc(pattern, agent, options),
        "Relay" => endpoints.MapRealtimeRelay(pattern, agent, options),
        "IncomingCalls" => endpoints.MapRealtimeIncomingCalls(pattern, agent, options),
        _ => endpoints.MapRealtimeClientSecrets(pattern, agent, options),
    };

    /// <summary>Sends a valid request as a page of the same origin does. An opened WebSocket lasts until the response is disposed.</summary>
    internal Task<HttpResponseMessage> SendAsync(TestApp app, string path, string? user = "ann", Action<HttpRequestMessage>? change = null) =>
        app.SendAsync(Verb, path, user, this == Relay ? null : Content(), request =>
        {
            if (this == Relay)
                AddHandshake(request);
            change?.Invoke(request);
        });

    /// <summary>Adds the headers that open a WebSocket.</summary>
    public static void AddHandshake(HttpRequestMessage request)
    {
        request.Headers.Add("Connection", "Upgrade");
        request.Headers.Add("Upgrade", "websocket");
        request.Headers.Add("Sec-WebSocket-Version", "13");
        request.Headers.Add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
    }

    public HttpContent Content(string? body = null) => new StringContent(body ?? Body, Encoding.UTF8, new MediaTypeHeaderValue(MediaType));

    public override string ToString() => Name;

    private static string PadOffer(int length)
    {
        const int line = 100;
        var offer = new StringBuilder(Offers.Browser);
        while (length - offer.Length >= 2 * line)
            offer.Append("a=x-pad:").Append('x', line - 10).Append("\r\n");
        return $"{offer}a=x-pad:{new string('x', length - offer.Length - 10)}\r\n";
    }
}
