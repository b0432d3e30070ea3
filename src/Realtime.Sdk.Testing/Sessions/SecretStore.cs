using System.Collections.Concurrent;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>A client secret the emulator made.</summary>
/// <param name="Value">What the client shows.</param>
/// <param name="ExpiresAt">From when on it opens no session any more.</param>
/// <param name="Session">The effective session that a connection with it starts with, as it stands on the wire.</param>
internal sealed record IssuedSecret(string Value, DateTimeOffset ExpiresAt, JsonObject Session);

/// <summary>Every client secret the emulator made, the expired ones too.</summary>
internal sealed class SecretStore(IdSource ids)
{
    private readonly ConcurrentDictionary<string, IssuedSecret> _secrets = new();

    public IssuedSecret Issue(DateTimeOffset expiresAt, JsonObject session)
    {
        var secret = new IssuedSecret(ids.Next("ek_"), expiresAt, session);
        _secrets[secret.Value] = secret;
        return secret;
    }

    public IssuedSecret? Find(string value) => _secrets.GetValueOrDefault(value);
}
