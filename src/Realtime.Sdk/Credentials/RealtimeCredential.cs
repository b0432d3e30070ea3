using System.Diagnostics;

namespace Realtime.Sdk;

/// <summary>
/// The credential of HTTP requests and WebSocket handshakes: an API key, an ephemeral key, or a callback that returns a token for each request.
/// The value never appears in logs or messages. Immutable and thread-safe; may be shared by several clients.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class RealtimeCredential
{
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly Func<CancellationToken, ValueTask<string>>? _token;
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string? _value;
    private readonly string _description;

    private RealtimeCredential(string description, RealtimeCredentialScheme scheme, Func<CancellationToken, ValueTask<string>>? token, string? value = null)
    {
        if (!IsValidScheme(scheme))
            throw new ArgumentOutOfRangeException(nameof(scheme), scheme, "The scheme must be Bearer or ApiKey.");
        _description = description;
        _token = token;
        _value = value;
        Scheme = scheme;
    }

    /// <summary>The header that carries the credential. The default is <see cref="RealtimeCredentialScheme.Bearer"/>.</summary>
    public RealtimeCredentialScheme Scheme { get; }

    /// <summary>Creates a credential from the API key of a project (<c>sk-…</c>) or of an Azure resource.</summary>
    /// <param name="apiKey">The key exactly as issued. Only visible ASCII characters are valid.</param>
    /// <param name="scheme">The header that carries the key. Azure keys require <see cref="RealtimeCredentialScheme.ApiKey"/>.</param>
    /// <exception cref="ArgumentException">
    /// The key is blank or contains a space, a line break or a non-ASCII character. The message does not contain the key.
    /// </exception>
    public static RealtimeCredential FromApiKey(string apiKey, RealtimeCredentialScheme scheme = RealtimeCredentialScheme.Bearer) =>
        FromValue("API key", apiKey, nameof(apiKey), scheme);

    /// <summary>Creates a credential from an ephemeral key (<c>ek_…</c>), the value of a client secret, for a browser or device.</summary>
    /// <param name="value">The value exactly as received. Only visible ASCII characters are valid.</param>
    /// <exception cref="ArgumentException">
    /// The value is blank or contains a space, a line break or a non-ASCII character. The message does not contain the value.
    /// </exception>
    public static RealtimeCredential FromEphemeralKey(string value) =>
        FromValue("ephemeral key", value, nameof(value), RealtimeCredentialScheme.Bearer);

    /// <summary>Creates a credential from a callback that returns the token for each request and handshake, for example from Microsoft Entra ID.</summary>
    /// <param name="provider">
    /// Returns the token. It may be called from several threads at the same time, and must cache the token itself if that is needed. If it throws, the
    /// operation fails with a <see cref="RealtimeCredentialException"/> that has the exception as its inner exception; this includes an
    /// <see cref="OperationCanceledException"/>, unless the caller canceled the operation. It also fails if the token is null, blank or contains
    /// characters other than visible ASCII. In each case, nothing is sent.
    /// </param>
    /// <param name="scheme">The header that carries the token.</param>
    /// <example>
    /// With Azure.Identity:
    /// <code>
    /// var entra = new DefaultAzureCredential();
    /// var scope = new TokenRequestContext(["https://cognitiveservices.azure.com/.default"]);
    /// options.Credential = RealtimeCredential.FromTokenProvider(async token => (await entra.GetTokenAsync(scope, token)).Token);
    /// </code>
    /// </example>
    public static RealtimeCredential FromTokenProvider(
        Func<CancellationToken, ValueTask<string>> provider, RealtimeCredentialScheme scheme = RealtimeCredentialScheme.Bearer)
    {
        ArgumentNullException.ThrowIfNull(provider);
        return new("token provider", scheme, provider);
    }

    /// <summary>Returns the kind of credential and the header, never the value.</summary>
    public override string ToString() => $"{_description} as {(Scheme is RealtimeCredentialScheme.ApiKey ? "api-key" : "Authorization: Bearer")}";

    internal static bool IsValidScheme(RealtimeCredentialScheme scheme) => scheme is RealtimeCredentialScheme.Bearer or RealtimeCredentialScheme.ApiKey;

    /// <summary>Returns why <paramref name="token"/> is not a valid credential, without quoting it; null if it is valid.</summary>
    internal static string? FindFault(string? token)
    {
        if (string.IsNullOrWhiteSpace(token))
            return "is blank";
        if (token.AsSpan().IndexOfAnyExceptInRange('!', '~') is >= 0 and var index)
            return $"contains a character that is not visible ASCII, such as a space or a line break, at index {index} of {token.Length}";
        return null;
    }

    /// <summary>Returns the token for one request.</summary>
    internal ValueTask<string> ResolveAsync(CancellationToken cancellationToken) =>
        _token is null ? new(_value!) : GetTokenAsync(_token, cancellationToken);

    private async ValueTask<string> GetTokenAsync(Func<CancellationToken, ValueTask<string>> provider, CancellationToken cancellationToken)
    {
        string? token;
        try
        {
            var pending = provider(cancellationToken);
            token = pending.IsCompletedSuccessfully ? pending.Result : await WaitAsync(pending.AsTask(), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw new RealtimeCredentialException($"The {_description} failed; nothing was sent.", e);
        }
        return FindFault(token) is { } fault
            ? throw new RealtimeCredentialException($"The token returned by the {_description} {fault}; nothing was sent.", null)
            : token!;
    }

    /// <summary>
    /// Waits for the callback, but stops when the token is canceled even if the callback ignores it. A later exception is observed, so that it does not
    /// raise <see cref="TaskScheduler.UnobservedTaskException"/>.
    /// </summary>
    private static Task<string> WaitAsync(Task<string> pending, CancellationToken cancellationToken)
    {
        _ = pending.ContinueWith(
            static late => _ = late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return pending.WaitAsync(cancellationToken);
    }

    private static RealtimeCredential FromValue(string description, string value, string parameter, RealtimeCredentialScheme scheme) =>
        FindFault(value) is { } fault
            ? throw new ArgumentException($"The {description} {fault}.", parameter)
            : new(description, scheme, null, value);
}

/// <summary>The header that carries a <see cref="RealtimeCredential"/>.</summary>
public enum RealtimeCredentialScheme
{
    /// <summary><c>Authorization: Bearer …</c>: OpenAI, ephemeral keys, Microsoft Entra ID.</summary>
    Bearer,

    /// <summary><c>api-key: …</c>: keys of Azure OpenAI resources.</summary>
    ApiKey,
}
