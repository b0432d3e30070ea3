using System.Collections.Frozen;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Refuses a base URL that cannot work: the address of a portal, of a deployment or of one endpoint, a WebSocket address, or a key in the query. The
/// message names the address that works. No query value but the API version is quoted.
/// </summary>
internal static class BaseUrlRules
{
    private const string OpenAIHost = "api.openai.com";
    private const string ApiVersion = "api-version";
    private const string Version1Path = "/openai/v1";
    private const string PreviewPath = "/openai";

    /// <summary>Parameters that name what a connection is for: part of the address of one target, not of the base.</summary>
    private static readonly FrozenSet<string> TargetParameters =
        FrozenSet.ToFrozenSet(["model", "intent", "call_id", "deployment"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Names of parameters that hold keys, without dashes, underscores and dots.</summary>
    private static readonly FrozenSet<string> KeyParameters = FrozenSet.ToFrozenSet(
        [
            "apikey", "xapikey", "key", "accesskey", "subscriptionkey", "ocpapimsubscriptionkey", "functionskey", "xfunctionskey", "apitoken", "token",
            "accesstoken", "authtoken", "bearertoken", "auth", "authorization", "secret", "clientsecret", "password",
        ],
        StringComparer.OrdinalIgnoreCase);

    public static void Check(List<string> faults, RealtimeClientOptions options)
    {
        if (options.DataResidency is { } residency)
        {
            Require(faults, residency.IsValid, "DataResidency must be the label of a region: us, eu, ae, au, in, jp, or a newer one.");
            Require(faults, !options.HasBaseUrl, "Only one of BaseUrl and DataResidency may be set: DataResidency chooses the host.");
        }
        var url = options.BaseUrl;
        if (!url.IsAbsoluteUri || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp))
        {
            faults.Add(FindSchemeFault(url));
            return;
        }
        if (url.Scheme == Uri.UriSchemeHttp && !url.IsLoopback && !options.AllowInsecureTransport)
            faults.Add("BaseUrl must be https, or AllowInsecureTransport must be set: http shows the credential to the network.");
        if (url.UserInfo.Length > 0)
            faults.Add("BaseUrl must not hold a user name or password.");
        if (url.Fragment.Length > 0)
            faults.Add("BaseUrl must not hold a fragment.");
        if (url.Query.Length > 0)
            CheckQuery(faults, url);
        if (FindAddressFault(url) is { } fault)
            faults.Add(PeerText.Sanitize(fault));
    }

    private static string FindSchemeFault(Uri url)
    {
        const string rule = "BaseUrl must be an absolute http or https address";
        var isWebSocket = url.IsAbsoluteUri && (url.Scheme == Uri.UriSchemeWss || url.Scheme == Uri.UriSchemeWs);
        if (!isWebSocket)
            return $"{rule}.";
        var http = new UriBuilder(url) { Scheme = url.Scheme == Uri.UriSchemeWss ? Uri.UriSchemeHttps : Uri.UriSchemeHttp, Port = url.IsDefaultPort ? -1 : url.Port };
        return PeerText.Sanitize($"{rule}: use {FindBase(http.Uri)}, from which the client forms the address of the WebSocket.");
    }

    /// <summary>Refuses keys in the query by the name of the parameter or by the look of its value; neither the value nor an unknown name is quoted.</summary>
    private static void CheckQuery(List<string> faults, Uri url)
    {
        foreach (var (name, pair) in RealtimeEndpoint.ParseQuery(url.Query))
        {
            if (IsKeyParameter(name))
                faults.Add($"BaseUrl must not hold a key in its query ({PeerText.Sanitize(name)}), where proxies log it: set ApiKey or Credential, which travel in a header.");
            else if (HoldsKey(Uri.UnescapeDataString(pair.Replace('+', ' '))))
                faults.Add("BaseUrl must not hold in its query what looks like a key: set ApiKey or Credential, which travel in a header.");
        }
    }

    /// <summary>The fault of an address under which the API cannot be; null when there is none.</summary>
    private static string? FindAddressFault(Uri url)
    {
        var path = url.AbsolutePath.TrimEnd('/');
        if (RealtimeEndpoint.IsAzureVersion1(url) && RealtimeEndpoint.HasParameter(url.Query, ApiVersion))
            return $"BaseUrl must not hold api-version, which {Version1Path} refuses with 401: use {FindBase(url)}.";
        if (FindTarget(path) is not null)
            return $"BaseUrl must be the base of the API, not the address of one endpoint: use {FindBase(url)}.";
        if (RealtimeEndpoint.IsAzureHost(url))
            return FindAzureFault(url, path);
        if (RealtimeEndpoint.IsPreview(url) && RealtimeEndpoint.HasParameter(url.Query, "deployment"))
            return $"BaseUrl must not hold a deployment, which is the model of each connection: use {FindBase(url)}.";
        if (IsSipHost(url.Host))
            return $"BaseUrl must not be a host for telephone calls: use {FindBase(url)}, and set {url.Host} in the SIP trunk.";
        return IsOpenAIHost(url.Host) && path != "/v1" ? $"BaseUrl must end with /v1: use {FindBase(url)}." : null;
    }

    private static string? FindAzureFault(Uri url, string path)
    {
        var preview = RealtimeEndpoint.IsPreview(url);
        var works = path.EndsWith(RealtimeEndpoint.VoiceLivePath, StringComparison.OrdinalIgnoreCase)
            || (path.Equals(preview ? PreviewPath : Version1Path, StringComparison.OrdinalIgnoreCase) && !RealtimeEndpoint.HasParameter(url.Query, "deployment"));
        return works ? null : $"BaseUrl must be the base of the API on Azure: use {FindBase(url)}.";
    }

    /// <summary>The base that the address most likely means, without keys; on Azure with the name of the deployment as the model.</summary>
    private static string FindBase(Uri url)
    {
        var host = url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
        var path = url.AbsolutePath.TrimEnd('/');
        if (RealtimeEndpoint.IsAzureHost(url) && !path.Contains(RealtimeEndpoint.VoiceLivePath, StringComparison.OrdinalIgnoreCase))
            return FindAzureBase(url, host, path);
        if (IsSipHost(url.Host))
            return $"https://{(url.Host.StartsWith("sip-", StringComparison.Ordinal) ? $"{url.Host[4..url.Host.IndexOf('.', StringComparison.Ordinal)]}." : "")}{OpenAIHost}/v1";
        if (IsOpenAIHost(url.Host))
            return $"{host}/v1";
        return host + (FindTarget(path) ?? path) + FormatQuery(url);
    }

    private static string FindAzureBase(Uri url, string host, string path)
    {
        var version1 = $"{host}{Version1Path} with the name of the deployment as the model";
        foreach (var (name, pair) in RealtimeEndpoint.ParseQuery(url.Query))
        {
            if (name.Equals(ApiVersion, StringComparison.OrdinalIgnoreCase) && !path.Contains(Version1Path, StringComparison.OrdinalIgnoreCase))
                return $"{version1}, or {host}{PreviewPath}?{pair} for the preview protocol";
        }
        return version1;
    }

    /// <summary>What stands before the endpoint that a path names; null when it names none.</summary>
    private static string? FindTarget(string path)
    {
        const string target = "/realtime";
        var at = path.LastIndexOf(target, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            return null;
        var names = path.AsSpan(at + target.Length);
        var end = names.TrimStart('/').IndexOf('/');
        var next = end < 0 ? names.TrimStart('/') : names.TrimStart('/')[..end];
        return names is "" || (names[0] == '/' && next is "client_secrets" or "calls" or "sessions" or "transcription_sessions" or "translations") ? path[..at] : null;
    }

    /// <summary>The API version, and a mention of what else the query holds: its values may be keys in an unknown form.</summary>
    private static string FormatQuery(Uri url)
    {
        var (version, rest) = ("", "");
        foreach (var (name, pair) in RealtimeEndpoint.ParseQuery(url.Query))
        {
            if (name.Equals(ApiVersion, StringComparison.OrdinalIgnoreCase))
                version = RealtimeEndpoint.IsAzureVersion1(url) ? "" : $"?{pair}";
            else if (!TargetParameters.Contains(name) && !IsKeyParameter(name))
                rest = " with the rest of the query";
        }
        return version + rest;
    }

    private static bool HoldsKey(string text) => PeerText.MaskKeys(text) != text;

    private static bool IsKeyParameter(string name) => KeyParameters.Contains(string.Concat(name.Split('-', '_', '.')));

    private static bool IsOpenAIHost(string host) =>
        host.Equals(OpenAIHost, StringComparison.OrdinalIgnoreCase) || host.EndsWith($".{OpenAIHost}", StringComparison.OrdinalIgnoreCase);

    private static bool IsSipHost(string host) =>
        IsOpenAIHost(host) && (host.StartsWith("sip.", StringComparison.OrdinalIgnoreCase) || host.StartsWith("sip-", StringComparison.OrdinalIgnoreCase));

    private static void Require(List<string> faults, bool kept, string fault)
    {
        if (!kept)
            faults.Add(fault);
    }
}
