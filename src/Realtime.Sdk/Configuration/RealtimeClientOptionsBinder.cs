using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Fills <see cref="RealtimeClientOptions"/> from a configuration section. By hand: the platform's generator refuses options that also
/// hold a clock or a proxy, and its reflection is not for native programs. A fault names the key and never quotes the value, which may be a key.
/// </summary>
internal sealed class RealtimeClientOptionsBinder
{
    /// <summary>Options that only code can set.</summary>
    private static readonly string[] CodeOnly =
    [
        nameof(RealtimeClientOptions.Credential), nameof(RealtimeClientOptions.Proxy), nameof(RealtimeClientOptions.LoggerFactory),
        nameof(RealtimeClientOptions.TimeProvider), nameof(RealtimeClientOptions.HttpClientFollowsNoRedirects),
    ];

    private readonly IConfigurationSection[] _members;
    private readonly List<string> _known = [];
    private readonly List<string> _faults = [];

    private RealtimeClientOptionsBinder(IConfiguration section) => _members = [.. section.GetChildren()];

    /// <summary>Sets the options; what is wrong is kept in <see cref="RealtimeClientOptions.SectionFaults"/> until the options are validated.</summary>
    public static void Bind(RealtimeClientOptions options, IConfiguration section)
    {
        var binder = new RealtimeClientOptionsBinder(section);
        if (binder._members.Length == 0)
            binder._faults.Add($"The configuration section {PeerText.Sanitize((section as IConfigurationSection)?.Path)} is missing or has no members.");
        binder.Bind(options);
        binder.CheckNames();
        options.SectionFaults = [.. options.SectionFaults, .. binder._faults];
    }

    private void Bind(RealtimeClientOptions options)
    {
        // Set only when the section has it: a base URL that is set excludes DataResidency.
        if (Read<Uri?>(nameof(options.BaseUrl), null, "an absolute address", static text => Uri.TryCreate(text, UriKind.Absolute, out var url) ? url : null) is { } url)
            options.BaseUrl = url;
        options.DataResidency = Read(nameof(options.DataResidency), options.DataResidency, "the label of a region, such as us or eu", ParseResidency);
        options.ApiKey = Read(nameof(options.ApiKey), options.ApiKey);
        options.ApiKeyScheme = Read(nameof(options.ApiKeyScheme), options.ApiKeyScheme, "Bearer or ApiKey", ParseScheme);
        options.Organization = Read(nameof(options.Organization), options.Organization);
        options.Project = Read(nameof(options.Project), options.Project);
        options.SafetyIdentifier = Read(nameof(options.SafetyIdentifier), options.SafetyIdentifier);
        options.AttemptTimeout = Read(nameof(options.AttemptTimeout), options.AttemptTimeout, "a duration like 00:00:30", ParseTimeSpan);
        options.Timeout = Read(nameof(options.Timeout), options.Timeout, "a duration like 00:00:30", ParseTimeSpan);
        options.MaxRetries = Read(nameof(options.MaxRetries), options.MaxRetries, "a whole number", ParseInt32);
        options.MaxResponseBytes = Read(nameof(options.MaxResponseBytes), options.MaxResponseBytes, "a whole number", ParseInt32);
        options.ValidateRequests = Read(nameof(options.ValidateRequests), options.ValidateRequests, "true or false", ParseBoolean);
        options.AllowInsecureTransport = Read(nameof(options.AllowInsecureTransport), options.AllowInsecureTransport, "true or false", ParseBoolean);
    }

    private void CheckNames()
    {
        foreach (var member in _members)
        {
            if (_known.Contains(member.Key, StringComparer.OrdinalIgnoreCase))
                continue;
            var rule = CodeOnly.Contains(member.Key, StringComparer.OrdinalIgnoreCase) ? "can only be set in code." : $"is not an option{Suggested(member.Key)}";
            _faults.Add($"{PeerText.Sanitize(member.Path)} {rule}");
        }
    }

    private string Suggested(string key) => Suggestion.Text(key, _known) is { Length: > 0 } suggestion ? suggestion : ".";

    private string? Read(string key, string? current) => Read(key, current, "a string", static text => text);

    private T Read<T>(string key, T current, string expected, Func<string, object?> parse)
    {
        _known.Add(key);
        var member = Array.Find(_members, member => string.Equals(member.Key, key, StringComparison.OrdinalIgnoreCase));
        if (member is null || (member.Value is null && !member.GetChildren().Any()))
            return current;
        if (!member.GetChildren().Any() && parse(member.Value!) is T value)
            return value;
        _faults.Add($"{PeerText.Sanitize(member.Path)} must be {expected}.");
        return current;
    }

    private static object? ParseScheme(string text) => Enum.TryParse<RealtimeCredentialScheme>(text, ignoreCase: true, out var scheme) ? scheme : null;

    private static object? ParseResidency(string text) => new DataResidency(text) is { IsValid: true } residency ? (object)residency : null;

    // A bare number would be days.
    private static object? ParseTimeSpan(string text) => text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) ? time : null;

    private static object? ParseInt32(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static object? ParseBoolean(string text) => bool.TryParse(text, out var truth) ? truth : null;
}
