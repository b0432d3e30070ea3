namespace Realtime.Sdk.Testing.Internal;

/// <summary>The members of a request for a client secret. The bounds are those of the API reference.</summary>
internal static class SecretShapes
{
    private const int MinSeconds = 10, MaxSeconds = 7200;

    public static WireRule Lifetime { get; } =
        new ObjectRule(new("anchor", new KnownValueRule(ServiceValues.Anchors)), new("seconds", new IntegerRule(MinSeconds, MaxSeconds)));

    /// <summary>The request; its session is checked elsewhere.</summary>
    public static WireRule ClientSecret { get; } = new ObjectRule(new("expires_after", Lifetime), new("session", AnyRule.Instance));
}
