using System.Collections.Concurrent;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>A client secret that the emulator created.</summary>
/// <param name="Value">The secret.</param>
/// <param name="ExpiresAt">The time at which the secret expires.</param>
/// <param name="Session">The effective session with which a connection starts, as JSON.</param>
internal sealed record IssuedSecret(string Value, DateTimeOffset ExpiresAt, JsonObject Session);

/// <summary>Every client secret that the emulator created, including expired ones. Without history, only the newest are kept.</summary>
internal sealed class SecretStore(IdSource ids, bool keepsHistory)
{
    /// <summary>The number of client secrets that are kept without history.</summary>
    public const int MaxSecrets = 1_000;

    private readonly ConcurrentDictionary<string, IssuedSecret> _secrets = new();
    private readonly ConcurrentQueue<string> _order = new();

    public IssuedSecret Issue(DateTimeOffset expiresAt, JsonObject session)
    {
        var secret = new IssuedSecret(ids.Next("ek_"), expiresAt, session);
        _secrets[secret.Value] = secret;
        if (keepsHistory)
            return secret;
        _order.Enqueue(secret.Value);
        if (_order.Count > MaxSecrets && _order.TryDequeue(out var oldest))
            _secrets.TryRemove(oldest, out _);
        return secret;
    }

    public IssuedSecret? Find(string value) => _secrets.GetValueOrDefault(value);
}
