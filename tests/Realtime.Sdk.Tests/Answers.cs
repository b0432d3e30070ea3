using System.Net;
using System.Text;

namespace Realtime.Sdk.Tests;

/// <summary>Answers of a server, for handlers that play one.</summary>
internal static class Answers
{
    public const string SecretBody = """{"value":"ek_test","expires_at":1800000000,"session":{"type":"realtime","id":"sess_1","object":"realtime.session","expires_at":0}}""";

    public static HttpResponseMessage Secret() => Json(HttpStatusCode.OK, SecretBody);

    public static HttpResponseMessage Json(HttpStatusCode status, string body) =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    public static HttpResponseMessage Error(int status, string? code = null, string message = "No.") =>
        Json((HttpStatusCode)status, $$$"""{"error":{"type":"some_error","code":{{{(code is null ? "null" : $"\"{code}\"")}}},"message":"{{{message}}}","param":null}}""");
}
