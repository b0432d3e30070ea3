namespace Realtime.Sdk.Internal;

/// <summary>Validates <see cref="RealtimeClientOptions"/>. Reports all violations together and never quotes a secret.</summary>
internal static class ClientOptionsRules
{
    private const int MaxRetryCount = 10;
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromDays(1);

    public static List<string> FindFaults(RealtimeClientOptions options)
    {
        var faults = new List<string>();
        BaseUrlRules.Check(faults, options);
        CheckCredential(faults, options);
        CheckHeader(faults, options.Organization, nameof(options.Organization));
        CheckHeader(faults, options.Project, nameof(options.Project));
        CheckHeader(faults, options.SafetyIdentifier, nameof(options.SafetyIdentifier));
        CheckTimeout(faults, options.AttemptTimeout, nameof(options.AttemptTimeout));
        CheckTimeout(faults, options.Timeout, nameof(options.Timeout));
        if (options.MaxRetries is < 0 or > MaxRetryCount)
            faults.Add($"MaxRetries must be 0 to {MaxRetryCount}.");
        if (options.MaxResponseBytes <= 0)
            faults.Add("MaxResponseBytes must be more than 0.");
        return faults;
    }

    /// <summary>Returns why a header value is invalid, without quoting it, or null if it is valid.</summary>
    public static string? FindHeaderFault(string? value) => value switch
    {
        null => null,
        _ when string.IsNullOrWhiteSpace(value) => "must not be blank",
        _ when value.AsSpan().IndexOfAnyExceptInRange(' ', '~') >= 0 => "must contain only printable ASCII characters, without line breaks",
        _ when value[0] == ' ' || value[^1] == ' ' => "must not begin or end with a space",
        _ => null,
    };

    private static void CheckCredential(List<string> faults, RealtimeClientOptions options)
    {
        if (options.ApiKey is null == options.Credential is null)
            faults.Add(options.ApiKey is null ? "ApiKey or Credential must be set." : "Only one of ApiKey and Credential may be set.");
        if (options.ApiKey is not null && RealtimeCredential.FindFault(options.ApiKey) is { } fault)
            faults.Add($"ApiKey {fault}.");
        if (!RealtimeCredential.IsValidScheme(options.ApiKeyScheme))
            faults.Add("ApiKeyScheme must be Bearer or ApiKey.");
    }

    private static void CheckHeader(List<string> faults, string? value, string name)
    {
        if (FindHeaderFault(value) is { } fault)
            faults.Add($"{name} {fault}.");
    }

    private static void CheckTimeout(List<string> faults, TimeSpan value, string name)
    {
        if (value != Timeout.InfiniteTimeSpan && (value <= TimeSpan.Zero || value > MaxTimeout))
            faults.Add($"{name} must be more than 0 and at most a day, or infinite.");
    }
}
