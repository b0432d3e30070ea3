namespace Realtime.Sdk.Internal;

/// <summary>Validates <see cref="RealtimeWebhookOptions"/>. Reports all violations together and never quotes a secret.</summary>
internal static class WebhookOptionsRules
{
    private const int MaxSecrets = 10;
    private static readonly TimeSpan MaxTolerance = TimeSpan.FromHours(1);

    public static List<string> FindFaults(RealtimeWebhookOptions options)
    {
        var faults = new List<string>();
        if (options.Secrets.Count is 0 or > MaxSecrets)
            faults.Add($"Secrets must contain 1 to {MaxSecrets} secrets.");
        for (var i = 0; i < options.Secrets.Count; i++)
        {
            if (RealtimeWebhookSecret.FindFault(options.Secrets[i]) is { } fault)
                faults.Add($"Secrets[{i}] {fault}.");
        }
        if (options.Tolerance <= TimeSpan.Zero || options.Tolerance > MaxTolerance)
            faults.Add("Tolerance must be more than 0 and at most an hour.");
        return faults;
    }
}
