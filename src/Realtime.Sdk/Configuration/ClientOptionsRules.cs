namespace Realtime.Sdk.Internal;

/// <summary>Every rule <see cref="RealtimeClientOptions"/> must keep, all violations at once, no secret quoted.</summary>
internal static class ClientOptionsRules
{
    private const int MaxRetryCount = 10;
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromDays(1);

    public static List<string> FindFaults(RealtimeClientOptions options)
    {
        var faults = new List<string>();
        CheckBaseUrl(faults, options);
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

    /// <summary>What is wrong with a header value, without quoting it; null when nothing is.</summary>
    public static string? FindHeaderFault(string? value) => value switch
    {
        null => null,
        _ when string.IsNullOrWhiteSpace(value) => "must not be blank",
        _ when value.AsSpan().IndexOfAnyExceptInRange(' ', '~') >= 0 => "must be visible ASCII: no line breaks, no control characters",
        _ when value[0] == ' ' || value[^1] == ' ' => "must not begin or end with a space",
        _ => null,
    };

    private static void CheckBaseUrl(List<string> faults, RealtimeClientOptions options)
    {
        var url = options.BaseUrl;
        if (url is null || !url.IsAbsoluteUri || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp))
        {
            faults.Add("BaseUrl must be an absolute http or https address.");
            return;
        }
        if (url.Scheme == Uri.UriSchemeHttp && !url.IsLoopback && !options.AllowInsecureTransport)
            faults.Add("BaseUrl must be https, or AllowInsecureTransport must be set: http shows the credential to the network.");
        if (url.UserInfo.Length > 0)
            faults.Add("BaseUrl must not hold a user name or password.");
        if (url.Fragment.Length > 0)
            faults.Add("BaseUrl must not hold a fragment.");
        if (RealtimeEndpoint.IsAzureVersion1(url) && RealtimeEndpoint.HasParameter(url.Query, "api-version"))
            faults.Add("BaseUrl must not hold api-version: /openai/v1 refuses it with 401; preview versions live under /openai.");
    }

    private static void CheckCredential(List<string> faults, RealtimeClientOptions options)
    {
        if (options.ApiKey is null == options.Credential is null)
            faults.Add(options.ApiKey is null ? "ApiKey or Credential must be set." : "Only one of ApiKey and Credential may be set.");
        if (options.ApiKey is not null && RealtimeCredential.Fault(options.ApiKey) is { } fault)
            faults.Add($"ApiKey {fault}.");
        if (!RealtimeCredential.IsScheme(options.ApiKeyScheme))
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
