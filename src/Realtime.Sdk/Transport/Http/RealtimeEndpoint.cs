using System.Text;

namespace Realtime.Sdk.Internal;

/// <summary>The addresses of the server, and the headers of all requests and handshakes.</summary>
internal sealed class RealtimeEndpoint
{
    private static readonly string UserAgent = $"Realtime.Sdk/{typeof(RealtimeEndpoint).Assembly.GetName().Version?.ToString(3)}";

    private static readonly string[] AzureHosts =
        [".openai.azure.com", ".services.ai.azure.com", ".cognitiveservices.azure.com", ".openai.azure.us", ".cognitiveservices.azure.us"];

    /// <summary>The path of Azure Voice Live, a compatible service on Azure hosts.</summary>
    public const string VoiceLivePath = "/voice-live";

    private readonly RealtimeCredential _credential;
    private readonly List<KeyValuePair<string, string>> _headers = [new("User-Agent", UserAgent)];
    private readonly string? _safetyIdentifier;
    private CachedUri? _latest;

    public RealtimeEndpoint(RealtimeClientOptions options)
    {
        BaseUrl = options.BaseUrl;
        IsAzure = IsAzureHost(BaseUrl) || IsPreview(BaseUrl);
        _credential = options.Credential ?? RealtimeCredential.FromApiKey(options.ApiKey!, options.ApiKeyScheme);
        _safetyIdentifier = options.SafetyIdentifier;
        if (options.Organization is { } organization)
            _headers.Add(new("OpenAI-Organization", organization));
        if (options.Project is { } project)
            _headers.Add(new("OpenAI-Project", project));
    }

    public Uri BaseUrl { get; }

    /// <summary>Whether the server is on Azure: its host is an Azure host or, behind a gateway, the URL has the API version that only Azure uses.</summary>
    public bool IsAzure { get; }

    /// <summary>The query parameter for the model. In Azure's preview protocol, it is the deployment.</summary>
    public string ModelParameter => IsPreview(BaseUrl) ? "deployment" : "model";

    /// <summary>Returns an address under the base URL, with its path prefix and query. <paramref name="path"/> must already be escaped.</summary>
    /// <remarks>
    /// The last address is cached, because most applications request the same one repeatedly, and parsing it is more expensive than sending it.
    /// </remarks>
    public Uri GetHttpUri(string path)
    {
        if (_latest is not { } latest || latest.Path != path)
            _latest = latest = new(path, new(Combine(path) + BaseUrl.Query));
        return latest.Address;
    }

    /// <summary>
    /// Creates a <c>ws</c> or <c>wss</c> address under the base URL with <paramref name="target"/> in its query. The parameters <c>model</c>, <c>intent</c> and
    /// <c>call_id</c> of the base URL are omitted, because the target determines them.
    /// </summary>
    public Uri CreateWebSocketUri(string path, params ReadOnlySpan<(string Name, string Value)> target)
    {
        var address = new StringBuilder(Combine(path));
        address.Replace("http", "ws", 0, "http".Length);
        var separator = '?';
        foreach (var (name, pair) in ParseQuery(BaseUrl.Query))
        {
            if (name is "model" or "intent" or "call_id")
                continue;
            address.Append(separator).Append(pair);
            separator = '&';
        }
        foreach (var (name, value) in target)
        {
            address.Append(separator).Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
            separator = '&';
        }
        return new(address.ToString());
    }

    /// <summary>Creates the headers of one request or handshake. The credential is obtained for each of them.</summary>
    /// <param name="safetyIdentifier">The safety identifier of this request; null uses that of the client.</param>
    /// <param name="cancellationToken">Cancels the wait for the credential.</param>
    /// <exception cref="RealtimeCredentialException">The credential could not be obtained.</exception>
    public ValueTask<RequestHeaders> CreateHeadersAsync(string? safetyIdentifier, CancellationToken cancellationToken)
    {
        var secret = _credential.ResolveAsync(cancellationToken);
        return secret.IsCompletedSuccessfully
            ? new(CreateHeaders(secret.Result, safetyIdentifier))
            : CreateHeadersAsync(secret, safetyIdentifier);
    }

    private async ValueTask<RequestHeaders> CreateHeadersAsync(ValueTask<string> secret, string? safetyIdentifier) =>
        CreateHeaders(await secret.ConfigureAwait(false), safetyIdentifier);

    private RequestHeaders CreateHeaders(string secret, string? safetyIdentifier)
    {
        var identifier = safetyIdentifier ?? _safetyIdentifier;
        var headers = new KeyValuePair<string, string>[1 + _headers.Count + (identifier is null ? 0 : 1)];
        headers[0] = _credential.Scheme is RealtimeCredentialScheme.ApiKey ? new("api-key", secret) : new("Authorization", "Bearer " + secret);
        _headers.CopyTo(headers, 1);
        if (identifier is not null)
            headers[^1] = new("OpenAI-Safety-Identifier", identifier);
        return new(headers, secret);
    }

    /// <summary>Returns the name=value pairs of a query without decoding them, each with its decoded name.</summary>
    public static IEnumerable<(string Name, string Pair)> ParseQuery(string query)
    {
        foreach (var pair in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
            yield return (Uri.UnescapeDataString(pair.Split('=', 2)[0].Replace('+', ' ')), pair);
    }

    public static bool HasParameter(string query, string name)
    {
        // Most base URLs have no query. Returning early avoids compiling the iterator for the first request.
        if (query.Length == 0)
            return false;
        foreach (var parameter in ParseQuery(query))
        {
            if (parameter.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    /// <summary>Whether the host belongs to Azure OpenAI or Azure AI Foundry.</summary>
    public static bool IsAzureHost(Uri url)
    {
        foreach (var suffix in AzureHosts)
        {
            if (url.Host.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    /// <summary>
    /// Whether the address uses Azure's preview protocol, which its API version shows regardless of the host. Azure Voice Live has API versions too, but no
    /// deployments.
    /// </summary>
    public static bool IsPreview(Uri url) =>
        HasParameter(url.Query, "api-version") && !IsAzureVersion1(url) && !url.AbsolutePath.TrimEnd('/').EndsWith(VoiceLivePath, StringComparison.OrdinalIgnoreCase);

    public static bool IsAzureVersion1(Uri url) => url.AbsolutePath.TrimEnd('/').EndsWith("/openai/v1", StringComparison.OrdinalIgnoreCase);

    private string Combine(string path) => $"{BaseUrl.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{path}";

    private sealed class CachedUri(string path, Uri address)
    {
        public string Path => path;

        public Uri Address => address;
    }
}

/// <summary>The headers of one request.</summary>
internal sealed class RequestHeaders(KeyValuePair<string, string>[] all, string secret)
{
    public KeyValuePair<string, string>[] All => all;

    /// <summary>The credential in the headers without the scheme, to mask it in text of the server.</summary>
    public string Secret => secret;
}
