using System.Collections.Frozen;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Rejects base URLs that cannot work: the address of a portal, a deployment or a single endpoint, a WebSocket address, or an address with a key in
/// the query. The message suggests the correct address. Of the query, it quotes only the API version.
/// </summary>
internal static class BaseUrlRules
{
    private const string OpenAIHost = "api.openai.com";
    private const string ApiVersion = "api-version";
    private const string Version1Path = "/openai/v1";
    private const string PreviewPath = "/openai";

    /// <summary>Query parameters that select what a connection is for. They belong to the address of an endpoint, not to the base URL.</summary>
    private static readonly FrozenSet<string> TargetParameters =
        FrozenSet.ToFrozenSet(["model", "intent", "call_id", "deployment"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Names of parameters that contain keys, without hyphens, underscores and periods.</summary>
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
            Require(faults, !options.HasBaseUrl, "Only one of BaseUrl and DataResidency may be set: DataResidency determines the host.");
        }
        var url = options.BaseUrl;
        if (!url.IsAbsoluteUri || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp))
        {
            faults.Add(FindSchemeFault(url));
            return;
        }
        if (url.Scheme == Uri.UriSchemeHttp && !url.IsLoopback && !options.AllowInsecureTransport)
            faults.Add("BaseUrl must be https, or AllowInsecureTransport must be set: http sends the credential unencrypted.");
        if (url.UserInfo.Length > 0)
            faults.Add("BaseUrl must not contain a user name or password.");
        if (url.Fragment.Length > 0)
            faults.Add("BaseUrl must not contain a fragment.");
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
        return PeerText.Sanitize($"{rule}: use {FindBase(http.Uri)}, from which the client derives the WebSocket address.");
    }

    /// <summary>
    /// Rejects keys in the query, recognized by the name of the parameter or the form of its value. Neither values nor unknown names are quoted.
    /// </summary>
    private static void CheckQuery(List<string> faults, Uri url)
    {
        foreach (var (name, pair) in RealtimeEndpoint.ParseQuery(url.Query))
        {
            if (IsKeyParameter(name))
                faults.Add($"BaseUrl must not contain a key in its query ({PeerText.Sanitize(name)}), which proxies may log: set ApiKey or Credential, which are sent in a header.");
            else if (ContainsKey(Uri.UnescapeDataString(pair.Replace('+', ' '))))
                faults.Add("BaseUrl must not contain a query value that looks like a key: set ApiKey or Credential, which are sent in a header.");
        }
    }

    /// <summary>Returns why the API cannot be at this address, or null if it can.</summary>
    private static string? FindAddressFault(Uri url)
    {
        var path = url.AbsolutePath.TrimEnd('/');
        if (RealtimeEndpoint.IsAzureVersion1(url) && RealtimeEndpoint.HasParameter(url.Query, ApiVersion))
            return $"BaseUrl must not contain api-version, which {Version1Path} rejects with 401: use {FindBase(url)}.";
        if (FindTarget(path) is not null)
            return $"BaseUrl must be the base of the API, not the address of one endpoint: use {FindBase(url)}.";
        if (RealtimeEndpoint.IsAzureHost(url))
            return FindAzureFault(url, path);
        if (RealtimeEndpoint.IsPreview(url) && RealtimeEndpoint.HasParameter(url.Query, "deployment"))
            return $"BaseUrl must not contain a deployment, because the model of each connection names it: use {FindBase(url)}.";
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

    /// <summary>
    /// Returns the base URL that was most likely intended, without keys. On Azure, the text adds that the deployment must be set as the model.
    /// </summary>
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

    /// <summary>Returns the part of a path before the name of an endpoint, or null if it contains none.</summary>
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

    /// <summary>Returns the API version, and a note if there are other parameters, which are not quoted because they may contain keys in an unknown form.</summary>
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

    private static bool ContainsKey(string text) => PeerText.MaskKeys(text) != text;

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
