using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace Realtime.Sdk.AspNetCore.Tests.Hosting;

/// <summary>
/// What stands between an application and the service, and can fail for one call and not for another: the scripted responses of the emulator are for whichever request comes
/// next.
/// </summary>
internal sealed class ServiceFaults : DelegatingHandler
{
    private readonly ConcurrentDictionary<string, Func<CancellationToken, Task<HttpResponseMessage?>>> _offers = [];
    private readonly ConcurrentDictionary<string, string> _names = [];
    private readonly ConcurrentDictionary<(string Name, string Verb), int> _refusals = [];

    /// <summary>The calls that the service has begun, by the name in their offers.</summary>
    public IReadOnlyDictionary<string, string> CallIds => _names.ToDictionary(pair => pair.Value, pair => pair.Key);

    /// <summary>Sets what happens to an offer before it reaches the service: null lets it pass.</summary>
    public void OnOffer(string name, Func<CancellationToken, Task<HttpResponseMessage?>> answer) => _offers[name] = answer;

    /// <summary>Refuses a number of requests of a call: its sidebands, or its hang-ups.</summary>
    public void Refuse(string name, string verb, int count) => _refusals[(name, verb)] = count;

    public static HttpResponseMessage Error(HttpStatusCode status, string body = """{"error":{"message":"No.","type":"server_error"}}""") =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsolutePath;
        if (path.EndsWith("/calls", StringComparison.Ordinal))
            return await AnswerAsync(request, cancellationToken);
        var (callId, verb, status) = path.EndsWith("/hangup", StringComparison.Ordinal)
            ? (path.Split('/')[^2], "hangup", HttpStatusCode.ServiceUnavailable)
            : (request.RequestUri.Query.Split("call_id=")[^1], "sideband", HttpStatusCode.NotFound);
        if (_names.TryGetValue(callId, out var name) && _refusals.TryGetValue((name, verb), out var left) && left > 0)
        {
            _refusals[(name, verb)] = left - 1;
            return Error(status);
        }
        return await base.SendAsync(request, cancellationToken);
    }

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = await request.Content!.ReadAsStringAsync(cancellationToken);
        var name = body.Split("\no=")[1].Split(' ')[0];
        if (_offers.TryGetValue(name, out var answer) && await answer(cancellationToken) is { } response)
            return response;
        response = await base.SendAsync(request, cancellationToken);
        if (response.Headers.Location is { } location)
            _names[location.OriginalString.Split('/')[^1]] = name;
        return response;
    }
}
