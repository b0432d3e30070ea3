using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Logging;

namespace Realtime.Sdk;

/// <summary>How a <see cref="RealtimeClient"/> talks to the server. The client copies it when it is made; later changes have no effect.</summary>
public sealed class RealtimeClientOptions
{
    private static readonly Uri OpenAI = new("https://api.openai.com/v1");

    private Uri? _baseUrl;

    /// <summary>
    /// The address of the API without <c>/realtime</c>; a path prefix and a query are kept. The default is <c>https://api.openai.com/v1</c>, or the host
    /// that <see cref="DataResidency"/> chooses; set only one of the two. The client refuses an address that cannot work, such as that of a
    /// deployment or of a single endpoint, and a key in the query; the message names the address that works.
    /// Azure OpenAI: <c>https://{resource}.openai.azure.com/openai/v1</c>, without <c>api-version</c>; the preview protocol, recognized by its
    /// <c>api-version</c> on every host: <c>https://{resource}.openai.azure.com/openai?api-version=…</c>.
    /// </summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public Uri BaseUrl
    {
        get => _baseUrl ?? (DataResidency is { IsValid: true } residency ? new($"https://{residency.Value}.{OpenAI.Host}{OpenAI.AbsolutePath}") : OpenAI);
        set => _baseUrl = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>
    /// The region in which OpenAI keeps the project's data. It chooses the host: <c>https://{region}.api.openai.com/v1</c>. The default is
    /// <see langword="null"/>, which uses <see cref="BaseUrl"/>; set only one of the two.
    /// </summary>
    public DataResidency? DataResidency { get; set; }

    /// <summary>The API key. The default is null; set this or <see cref="Credential"/>.</summary>
    [JsonIgnore, DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? ApiKey { get; set; }

    /// <summary>The header that carries <see cref="ApiKey"/>. The default is <see cref="RealtimeCredentialScheme.Bearer"/>. A <see cref="Credential"/> has its own.</summary>
    public RealtimeCredentialScheme ApiKeyScheme { get; set; }

    /// <summary>The credential of every request. The default is null; set this or <see cref="ApiKey"/>.</summary>
    [JsonIgnore]
    public RealtimeCredential? Credential { get; set; }

    /// <summary>Header <c>OpenAI-Organization</c>. The default is null, which sends none.</summary>
    public string? Organization { get; set; }

    /// <summary>Header <c>OpenAI-Project</c>. The default is null, which sends none.</summary>
    public string? Project { get; set; }

    /// <summary>Header <c>OpenAI-Safety-Identifier</c>: a stable, hashed ID of the user the requests are made for. The default is null, which sends none.</summary>
    public string? SafetyIdentifier { get; set; }

    /// <summary>
    /// The maximum time of one attempt, including the whole response. The default is 30 seconds; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>
    /// means no limit.
    /// </summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The maximum time of a call, including all attempts and waits. The default is 100 seconds; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>
    /// means no limit.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(100);

    /// <summary>
    /// How many times a request may be sent again, 0 to 10. The default is 2; 0 turns all resilience off. Only failures whose
    /// <see cref="RealtimeException.IsTransient"/> is <see langword="true"/> are retried, and only where that is safe: client secrets and
    /// sessions also after a refusal, everything else only while nothing was sent. The server's <c>x-should-retry</c> is honored.
    /// The client waits for as long as the server asks (<c>Retry-After</c>, <c>retry-after-ms</c>), otherwise with jittered exponential backoff:
    /// about half a second before the first retry, twice as long before each further one, and at most 8 seconds. If the wait does not fit into
    /// what is left of <see cref="Timeout"/>, the failure is thrown at once.
    /// </summary>
    public int MaxRetries { get; set; } = 2;

    /// <summary>The maximum size of a response, in bytes after decompression. The default is 4 MiB.</summary>
    public int MaxResponseBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>
    /// Whether requests are checked against the rules of the API before they are sent. The default is <see langword="true"/>. Turn it off when the
    /// server's limits have changed before this package; checks that protect you (keys, headers, call IDs, https) stay on.
    /// </summary>
    public bool ValidateRequests { get; set; } = true;

    /// <summary>Whether credentials may be sent over <c>http</c> and <c>ws</c> to hosts other than loopback. The default is <see langword="false"/>.</summary>
    public bool AllowInsecureTransport { get; set; }

    /// <summary>
    /// Whether the <see cref="HttpClient"/> given to the client's constructor follows no redirects, which is required: a redirect would carry
    /// headers, subprotocols and bodies to another host, whatever the credential. The default is <see langword="false"/>, and the
    /// constructor then refuses the <see cref="HttpClient"/>. Of message handlers only those need it that follow redirects by default and
    /// cannot be changed by the client, such as <c>WinHttpHandler</c>.
    /// </summary>
    public bool HttpClientFollowsNoRedirects { get; set; }

    /// <summary>The proxy of the handler that the SDK creates. The default is null, which uses the system's. An <see cref="HttpClient"/> of your own has its own.</summary>
    [JsonIgnore]
    public IWebProxy? Proxy { get; set; }

    /// <summary>
    /// Creates the loggers of the client. The default is null, which logs nothing; dependency injection sets it. Exceptions that the factory or a
    /// logger throws are discarded, also after the factory was disposed.
    /// </summary>
    [JsonIgnore]
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>
    /// The clock of deadlines and waits. The default is null, which takes the system's; dependency injection sets it. An exception that it throws
    /// comes out of the call that needs the time.
    /// </summary>
    [JsonIgnore]
    public TimeProvider? TimeProvider { get; set; }

    /// <summary>What is wrong with the configuration section that the options were read from.</summary>
    [JsonIgnore]
    internal IReadOnlyList<string> SectionFaults { get; set; } = [];

    /// <summary>Returns the numbers from 0 to 1 that the jitter of retries is made from; null takes random ones.</summary>
    [JsonIgnore]
    internal Func<double>? Randomizer { get; set; }

    /// <summary>Whether <see cref="BaseUrl"/> was set, to whatever value.</summary>
    internal bool HasBaseUrl => _baseUrl is not null;

    /// <summary>Copies the options and their collections.</summary>
    internal RealtimeClientOptions Copy()
    {
        var copy = (RealtimeClientOptions)MemberwiseClone();
        copy.SectionFaults = [.. SectionFaults];
        return copy;
    }
}
