using Microsoft.Extensions.Options;

namespace Realtime.Sdk.Internal;

/// <summary>Every rule <see cref="RealtimeClientOptions"/> must keep, all violations at once, no secret quoted.</summary>
internal sealed class RealtimeClientOptionsValidator : IValidateOptions<RealtimeClientOptions>
{
    private const int MostRetries = 10;
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, RealtimeClientOptions options)
    {
        var faults = Faults(options).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    public static IEnumerable<string> Faults(RealtimeClientOptions options) =>
    [
        .. BaseUrl(options),
        .. Credential(options),
        .. Header(options.Organization, nameof(options.Organization)),
        .. Header(options.Project, nameof(options.Project)),
        .. Header(options.SafetyIdentifier, nameof(options.SafetyIdentifier)),
        .. Duration(options.AttemptTimeout, nameof(options.AttemptTimeout)),
        .. Duration(options.Timeout, nameof(options.Timeout)),
        .. Rule(options.MaxRetries is >= 0 and <= MostRetries, $"MaxRetries must be 0 to {MostRetries}."),
        .. Rule(options.MaxResponseBytes > 0, "MaxResponseBytes must be more than 0."),
    ];

    /// <summary>What is wrong with a header value, without quoting it; null when nothing is.</summary>
    public static string? HeaderFault(string? value) => value switch
    {
        null => null,
        _ when string.IsNullOrWhiteSpace(value) => "must not be blank",
        _ when value.AsSpan().IndexOfAnyExceptInRange(' ', '~') >= 0 => "must be visible ASCII: no line breaks, no control characters",
        _ when value[0] == ' ' || value[^1] == ' ' => "must not begin or end with a space",
        _ => null,
    };

    private static IEnumerable<string> BaseUrl(RealtimeClientOptions options)
    {
        var url = options.BaseUrl;
        if (url is null || !url.IsAbsoluteUri || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp))
        {
            yield return "BaseUrl must be an absolute http or https address.";
            yield break;
        }
        if (url.Scheme == Uri.UriSchemeHttp && !url.IsLoopback && !options.AllowInsecureTransport)
            yield return "BaseUrl must be https, or AllowInsecureTransport must be set: http shows the credential to the network.";
        if (url.UserInfo.Length > 0)
            yield return "BaseUrl must not hold a user name or password.";
        if (url.Fragment.Length > 0)
            yield return "BaseUrl must not hold a fragment.";
        if (RealtimeEndpoint.IsAzureVersion1(url) && RealtimeEndpoint.Parameters(url.Query).Any(pair => pair.Name == "api-version"))
            yield return "BaseUrl must not hold api-version: /openai/v1 refuses it with 401; preview versions live under /openai.";
    }

    private static IEnumerable<string> Credential(RealtimeClientOptions options)
    {
        if (options.ApiKey is null == options.Credential is null)
            yield return options.ApiKey is null ? "ApiKey or Credential must be set." : "Only one of ApiKey and Credential may be set.";
        if (options.ApiKey is not null && RealtimeCredential.Fault(options.ApiKey) is { } fault)
            yield return $"ApiKey {fault}.";
        if (!Enum.IsDefined(options.ApiKeyScheme))
            yield return "ApiKeyScheme must be Bearer or ApiKey.";
    }

    private static IEnumerable<string> Header(string? value, string name) => HeaderFault(value) is { } fault ? [$"{name} {fault}."] : [];

    private static IEnumerable<string> Duration(TimeSpan value, string name) =>
        Rule(value == Timeout.InfiniteTimeSpan || (value > TimeSpan.Zero && value <= LongestTimeout), $"{name} must be more than 0 and at most a day, or infinite.");

    private static IEnumerable<string> Rule(bool kept, string fault) => kept ? [] : [fault];
}
