using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Realtime.Sdk.Testing.Tests;

/// <summary>What a stranger's HTTP client gets to see of the emulator.</summary>
internal sealed class EmulatorCaller(Uri baseUrl, string? key, HttpMessageHandler? handler = null) : IDisposable
{
    private readonly HttpClient _http = new(handler ?? new SocketsHttpHandler()) { Timeout = TimeSpan.FromSeconds(10) };

    public static EmulatorCaller Of(RealtimeEmulator emulator) => new(emulator.BaseUrl, emulator.ApiKey);

    public void Dispose() => _http.Dispose();

    public async Task<Reply> PostAsync(string path, string json = "{}")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{baseUrl}/{path}") { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        return await SendAsync(request);
    }

    public async Task<Reply> SendAsync(HttpRequestMessage request)
    {
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await _http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        return new(response.StatusCode, body, response.Headers.ToDictionary(h => h.Key, h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase));
    }
}

internal sealed record Reply(HttpStatusCode Status, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    public string? ErrorCode => (string?)Json["error"]!["code"];

    public string? ErrorParam => (string?)Json["error"]!["param"];
}
