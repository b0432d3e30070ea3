using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Logging;

namespace Realtime.Sdk;

/// <summary>
/// The options of a <see cref="RealtimeClient"/>. The client copies them when it is created: later changes have no effect, and changes of a configuration
/// are not reloaded. For a key that changes while the client is in use, set <see cref="Credential"/> to a
/// <see cref="RealtimeCredential.FromTokenProvider">token provider</see>.
/// </summary>
public sealed class RealtimeClientOptions
{
    private static readonly Uri OpenAI = new("https://api.openai.com/v1");

    private Uri? _baseUrl;

    /// <summary>
    /// The base URL of the API without <c>/realtime</c>; a path prefix and a query are kept. The default is <c>https://api.openai.com/v1</c>, or the host of
    /// <see cref="DataResidency"/>; set only one of the two. The client rejects URLs that cannot work, such as that of a deployment or of a single endpoint,
    /// and a key in the query; the message contains the correct URL.
    /// <para>
    /// For Azure OpenAI, use <c>https://{resource}.openai.azure.com/openai/v1</c> without <c>api-version</c>. A URL with <c>api-version</c>, on any host,
    /// selects the preview protocol: <c>https://{resource}.openai.azure.com/openai?api-version=…</c>.
    /// </para>
    /// </summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public Uri BaseUrl
    {
        get => _baseUrl ?? (DataResidency is { IsValid: true } residency ? new($"https://{residency.Value}.{OpenAI.Host}{OpenAI.AbsolutePath}") : OpenAI);
        set => _baseUrl = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>
    /// The region in which OpenAI stores the project's data. It determines the host: <c>https://{region}.api.openai.com/v1</c>. Null, the default, uses
    /// <see cref="BaseUrl"/>; set only one of the two.
    /// </summary>
    public DataResidency? DataResidency { get; set; }

    /// <summary>
    /// The API key. The default is null; set this or <see cref="Credential"/>. It cannot be changed while the client is in use; for a key that changes, set
    /// <see cref="Credential"/>.
    /// </summary>
    [JsonIgnore, DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string? ApiKey { get; set; }

    /// <summary>
    /// The header in which <see cref="ApiKey"/> is sent. The default is <see cref="RealtimeCredentialScheme.Bearer"/>. Not used for <see cref="Credential"/>,
    /// which has its own.
    /// </summary>
    public RealtimeCredentialScheme ApiKeyScheme { get; set; }

    /// <summary>
    /// The credential for all requests. The default is null; set this or <see cref="ApiKey"/>. A credential from
    /// <see cref="RealtimeCredential.FromTokenProvider"/> gets a token for each request and handshake, so the key can change while the client is in use.
    /// </summary>
    [JsonIgnore]
    public RealtimeCredential? Credential { get; set; }

    /// <summary>The header <c>OpenAI-Organization</c>. Null, the default, sends none.</summary>
    public string? Organization { get; set; }

    /// <summary>The header <c>OpenAI-Project</c>. Null, the default, sends none.</summary>
    public string? Project { get; set; }

    /// <summary>
    /// The header <c>OpenAI-Safety-Identifier</c>: a stable, hashed ID of the user for whom requests are sent. Null, the default, sends none.
    /// </summary>
    public string? SafetyIdentifier { get; set; }

    /// <summary>
    /// The maximum time of one attempt, including the complete response. More than zero, at most a day; the default is 30 seconds.
    /// <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> disables the limit.
    /// </summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The maximum time of a call, including all attempts and delays. More than zero, at most a day; the default is 100 seconds.
    /// <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> disables the limit.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(100);

    /// <summary>
    /// The maximum number of retries of a request, 0 to 10. The default is 2; 0 disables retries. Only failures whose
    /// <see cref="RealtimeException.IsTransient"/> is <see langword="true"/> are retried, and only if that is safe: requests for client secrets and sessions
    /// also after the server rejected them, all others only if nothing was sent. The server's <c>x-should-retry</c> is honored.
    /// <para>
    /// The delay is the one that the server requests (<c>Retry-After</c>, <c>retry-after-ms</c>), otherwise exponential backoff with jitter: about half a
    /// second before the first retry, twice as long before each further one, at most 8 seconds. If the delay exceeds the rest of <see cref="Timeout"/>, the
    /// failure is thrown immediately.
    /// </para>
    /// </summary>
    public int MaxRetries { get; set; } = 2;

    /// <summary>The maximum size of a response, in bytes after decompression. The default is 4 MiB.</summary>
    public int MaxResponseBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>
    /// Whether requests are validated before they are sent. The default is <see langword="true"/>. Set it to <see langword="false"/> if the rules of the server
    /// are newer than this package. Checks of keys, headers, call IDs and https always remain on, because they protect the application.
    /// </summary>
    public bool ValidateRequests { get; set; } = true;

    /// <summary>Whether credentials can be sent over <c>http</c> and <c>ws</c> to hosts other than loopback. The default is <see langword="false"/>.</summary>
    public bool AllowInsecureTransport { get; set; }

    /// <summary>
    /// Whether the caller guarantees that the <see cref="HttpClient"/> given to the client's constructor follows no redirects. This is required with any
    /// credential, because a redirect would send headers, subprotocols and bodies to another host. With the default, <see langword="false"/>, the constructor
    /// rejects an <see cref="HttpClient"/>. Message handlers need it only if they follow redirects by default and the client cannot change that, such as
    /// <c>WinHttpHandler</c>.
    /// </summary>
    public bool HttpClientFollowsNoRedirects { get; set; }

    /// <summary>
    /// The proxy of the handler that the SDK creates. Null, the default, uses the system proxy. Not used for an <see cref="HttpClient"/> or a handler given to
    /// the constructor.
    /// </summary>
    [JsonIgnore]
    public IWebProxy? Proxy { get; set; }

    /// <summary>
    /// The factory of the client's loggers. Null, the default, writes no log; dependency injection sets it. Exceptions of the factory and the loggers are
    /// ignored, also after the factory was disposed.
    /// </summary>
    [JsonIgnore]
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>
    /// The clock for timeouts and delays. Null, the default, uses the system clock; dependency injection sets it. An exception of the clock is thrown by the
    /// call that needs the time.
    /// </summary>
    [JsonIgnore]
    public TimeProvider? TimeProvider { get; set; }

    /// <summary>The errors in the configuration section from which the options were read.</summary>
    [JsonIgnore]
    internal IReadOnlyList<string> SectionFaults { get; set; } = [];

    /// <summary>A function that returns random numbers from 0 to 1, for the jitter of retries; null uses the platform's random numbers.</summary>
    [JsonIgnore]
    internal Func<double>? Randomizer { get; set; }

    /// <summary>Whether <see cref="BaseUrl"/> was set.</summary>
    internal bool HasBaseUrl => _baseUrl is not null;

    /// <summary>Copies the options and their collections.</summary>
    internal RealtimeClientOptions Copy()
    {
        var copy = (RealtimeClientOptions)MemberwiseClone();
        copy.SectionFaults = [.. SectionFaults];
        return copy;
    }
}
