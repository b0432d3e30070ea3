namespace Realtime.Sdk.Testing.Internal;

/// <summary>The members of the bodies of requests about a call.</summary>
internal static class CallShapes
{
    /// <summary>The SIP failure statuses; this range is in the reference of the Live API.</summary>
    private const int MinStatus = 300, MaxStatus = 699;

    public static WireRule Reject { get; } = new ObjectRule(new MemberRule("status_code", new IntegerRule(MinStatus, MaxStatus)));

    public static WireRule Refer { get; } = new ObjectRule(new MemberRule("target_uri", new TransferTargetRule(), IsRequired: true));
}

/// <summary>The target of a transfer. Public reports show that other addresses are refused; the message is the emulator's.</summary>
internal sealed class TransferTargetRule() : TextRule(minLength: 1)
{
    private static readonly string[] Schemes = ["tel:", "sip:", "sips:"];

    protected override void CheckText(string text, MessageCheck check)
    {
        if (!Schemes.Any(scheme => text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) && text.Length > scheme.Length))
            throw EmulatorHttpException.InvalidValue(check.Path, "it is not a tel:, sip: or sips: URI");
        if (text.Any(char.IsControl))
            throw EmulatorHttpException.InvalidValue(check.Path, "it contains control characters");
    }
}
