namespace Realtime.Sdk.Testing.Internal;

/// <summary>The credential of a request: the API key or a client secret.</summary>
/// <param name="Secret">The client secret; null for the API key itself.</param>
internal sealed record Credential(IssuedSecret? Secret)
{
    /// <summary>The prefix of the subprotocol in which a browser, which cannot set headers on a WebSocket, sends its secret.</summary>
    public const string SubprotocolPrefix = "openai-insecure-api-key.";

    private const string Bearer = "Bearer ";

    /// <summary>Returns the credential of a request, and refuses a request whose credential is missing, unknown or expired.</summary>
    public static Credential Read(RecordedRequest request, EmulatorState state)
    {
        if (FindKey(request) is not { Length: > 0 } key)
            throw EmulatorHttpException.MissingKey();
        if (key == state.Options.ApiKey)
            return new(Secret: null);
        if (state.Secrets.Find(key) is not { } secret)
            throw EmulatorHttpException.WrongKey(SecretPreview.Format(key));
        return secret.ExpiresAt > state.Now
            ? new(secret)
            : throw EmulatorHttpException.WrongKey(SecretPreview.Format(key), $"The client secret expired at {secret.ExpiresAt:O}.");
    }

    private static string? FindKey(RecordedRequest request)
    {
        var inSubprotocol = Subprotocols(request).FirstOrDefault(p => p.StartsWith(SubprotocolPrefix, StringComparison.Ordinal))?[SubprotocolPrefix.Length..];
        if (request.Headers.TryGetValue("Authorization", out var authorization))
        {
            if (inSubprotocol is not null)
                throw EmulatorHttpException.TwoKeys();
            return authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? authorization[Bearer.Length..].Trim() : null;
        }
        return request.Headers.TryGetValue("api-key", out var apiKey) ? apiKey : inSubprotocol;
    }

    /// <summary>Returns the subprotocols that a client offers.</summary>
    public static IReadOnlyList<string> Subprotocols(RecordedRequest request) =>
        request.IsUpgrade && request.Headers.TryGetValue("Sec-WebSocket-Protocol", out var offered)
            ? offered.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : [];
}
