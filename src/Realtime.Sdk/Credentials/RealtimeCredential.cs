using System.Diagnostics;

namespace Realtime.Sdk;

/// <summary>
/// What proves to the server who is calling, for HTTP requests and WebSocket handshakes alike: an API key, an ephemeral key, or a
/// callback that fetches a token for every request. Its value is never printed. Safe to share between threads and clients.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class RealtimeCredential
{
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly Func<CancellationToken, ValueTask<string>>? _token;
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string? _fixed;
    private readonly string _description;

    private RealtimeCredential(string description, RealtimeCredentialScheme scheme, Func<CancellationToken, ValueTask<string>>? token, string? value = null)
    {
        if (!IsScheme(scheme))
            throw new ArgumentOutOfRangeException(nameof(scheme), scheme, "Bearer and ApiKey are the schemes.");
        _description = description;
        _token = token;
        _fixed = value;
        Scheme = scheme;
    }

    /// <summary>The header that carries the credential.</summary>
    public RealtimeCredentialScheme Scheme { get; }

    /// <summary>A key of a project (<c>sk-…</c>), or of an Azure resource.</summary>
    /// <param name="apiKey">The key exactly as issued: visible ASCII characters only.</param>
    /// <param name="scheme">The header that carries it; Azure keys need <see cref="RealtimeCredentialScheme.ApiKey"/>.</param>
    /// <exception cref="ArgumentException">The key is blank or holds a space, a line break or a non-ASCII character. The key is not in the message.</exception>
    public static RealtimeCredential FromApiKey(string apiKey, RealtimeCredentialScheme scheme = RealtimeCredentialScheme.Bearer) =>
        Fixed("API key", apiKey, nameof(apiKey), scheme);

    /// <summary>An ephemeral key (<c>ek_…</c>), the value of a client secret: what a browser or device holds.</summary>
    /// <param name="value">The value exactly as received.</param>
    /// <exception cref="ArgumentException">The value is blank or holds a space, a line break or a non-ASCII character. The value is not in the message.</exception>
    public static RealtimeCredential FromEphemeralKey(string value) =>
        Fixed("ephemeral key", value, nameof(value), RealtimeCredentialScheme.Bearer);

    /// <summary>A callback asked anew for every request and every handshake, for example Microsoft Entra ID.</summary>
    /// <param name="provider">
    /// Returns the token; caching is its own business. May be called from several threads at once. What it throws becomes the inner
    /// exception of a <see cref="RealtimeCredentialException"/>, also an <see cref="OperationCanceledException"/> while its token is not
    /// canceled. A token that is null or blank gives that exception, too. Nothing is sent then.
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

    /// <summary>The kind and the header, never the value.</summary>
    public override string ToString() => $"{_description} as {(Scheme is RealtimeCredentialScheme.ApiKey ? "api-key" : "Authorization: Bearer")}";

    internal static bool IsScheme(RealtimeCredentialScheme scheme) => scheme is RealtimeCredentialScheme.Bearer or RealtimeCredentialScheme.ApiKey;

    /// <summary>What is wrong with <paramref name="token"/> as a credential, without quoting it; null when nothing is.</summary>
    internal static string? Fault(string? token)
    {
        if (string.IsNullOrWhiteSpace(token))
            return "is blank";
        if (token.AsSpan().IndexOfAnyExceptInRange('!', '~') is >= 0 and var index)
            return $"holds a space, a line break or another character that no key has, at index {index} of {token.Length}";
        return null;
    }

    /// <summary>The token for one request.</summary>
    internal ValueTask<string> ResolveAsync(CancellationToken cancellationToken) =>
        _token is null ? new(_fixed!) : AskAsync(_token, cancellationToken);

    private async ValueTask<string> AskAsync(Func<CancellationToken, ValueTask<string>> provider, CancellationToken cancellationToken)
    {
        string? token;
        try
        {
            var pending = provider(cancellationToken);
            token = pending.IsCompletedSuccessfully ? pending.Result : await Bounded(pending.AsTask(), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw new RealtimeCredentialException($"The {_description} failed; nothing was sent.", e);
        }
        return Fault(token) is { } fault
            ? throw new RealtimeCredentialException($"What the {_description} returned {fault}; nothing was sent.", null)
            : token!;
    }

    /// <summary>Ends when the token is canceled, even if the callback ignores it. An exception that the callback throws later is observed.</summary>
    private static Task<string> Bounded(Task<string> pending, CancellationToken cancellationToken)
    {
        _ = pending.ContinueWith(
            static late => _ = late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return pending.WaitAsync(cancellationToken);
    }

    private static RealtimeCredential Fixed(string description, string value, string parameter, RealtimeCredentialScheme scheme) =>
        Fault(value) is { } fault
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
