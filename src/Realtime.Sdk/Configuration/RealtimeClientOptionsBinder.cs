using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Binds <see cref="RealtimeClientOptions"/> to a configuration section. It is written by hand, because the platform's source generator rejects options
/// with members such as a clock or a proxy, and reflection does not work with Native AOT. Errors name the key but never quote the value, which may be
/// a secret.
/// </summary>
internal sealed class RealtimeClientOptionsBinder
{
    /// <summary>The options that can only be set in code.</summary>
    private static readonly string[] CodeOnly =
    [
        nameof(RealtimeClientOptions.Credential), nameof(RealtimeClientOptions.Proxy), nameof(RealtimeClientOptions.LoggerFactory),
        nameof(RealtimeClientOptions.TimeProvider), nameof(RealtimeClientOptions.HttpClientFollowsNoRedirects),
    ];

    private readonly IConfigurationSection[] _members;
    private readonly List<string> _known = [];
    private readonly List<string> _faults = [];

    private RealtimeClientOptionsBinder(IConfiguration section) => _members = [.. section.GetChildren()];

    /// <summary>Sets the options. Errors are stored in <see cref="RealtimeClientOptions.SectionFaults"/> until the options are validated.</summary>
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
        // Assigned only if the section contains it, because BaseUrl and DataResidency exclude each other.
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
            var rule = CodeOnly.Contains(member.Key, StringComparer.OrdinalIgnoreCase) ? "can only be set in code." : $"is not an option{FormatSuggestion(member.Key)}";
            _faults.Add($"{PeerText.Sanitize(member.Path)} {rule}");
        }
    }

    private string FormatSuggestion(string key) => Suggestion.Format(key, _known) is { Length: > 0 } suggestion ? suggestion : ".";

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

    // TimeSpan would parse a number without a colon as days.
    private static object? ParseTimeSpan(string text) => text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) ? time : null;

    private static object? ParseInt32(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static object? ParseBoolean(string text) => bool.TryParse(text, out var truth) ? truth : null;
}
