using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Realtime.Sdk.AspNetCore.Tests.Endpoints;

/// <summary>What differs between the two endpoints that a page can post to.</summary>
public sealed class Door
{
    private Door(string name, string mediaType, HttpStatusCode success, int maxBytes, string upstreamPath, Func<int, string> pad) =>
        (Name, MediaType, Success, MaxBytes, UpstreamPath, Pad) = (name, mediaType, success, maxBytes, upstreamPath, pad);

    public static Door WebRtc { get; } = new("WebRtc", "application/sdp", HttpStatusCode.Created, 64 * 1024, "/v1/realtime/calls", PadOffer);

    public static Door ClientSecrets { get; } =
        new("ClientSecrets", "application/json", HttpStatusCode.OK, 16 * 1024, "/v1/realtime/client_secrets", length => $"{{\"pad\":\"{new string('x', length - 10)}\"}}");

    public static TheoryData<Door> All => [WebRtc, ClientSecrets];

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

    public string Body => Name == "WebRtc" ? Offers.Browser : "{}";

    public IEndpointConventionBuilder Map(IEndpointRouteBuilder endpoints, string pattern, RealtimeEndpointOptions? options = null) =>
        Name == "WebRtc" ? endpoints.MapRealtimeWebRtc(pattern, "waiter", options) : endpoints.MapRealtimeClientSecrets(pattern, "waiter", options);

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
