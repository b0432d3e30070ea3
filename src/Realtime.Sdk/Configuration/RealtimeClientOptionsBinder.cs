using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Realtime.Sdk.Internal;

/// <summary>Binds <see cref="RealtimeClientOptions"/> to a configuration section.</summary>
internal static class RealtimeClientOptionsBinder
{
    /// <summary>The options that can only be set in code.</summary>
    private static readonly string[] CodeOnly =
    [
        nameof(RealtimeClientOptions.Credential), nameof(RealtimeClientOptions.Proxy), nameof(RealtimeClientOptions.LoggerFactory),
        nameof(RealtimeClientOptions.TimeProvider), nameof(RealtimeClientOptions.HttpClientFollowsNoRedirects),
    ];

    /// <summary>Sets the options. Errors are stored in <see cref="RealtimeClientOptions.SectionFaults"/> until the options are validated.</summary>
    public static void Bind(RealtimeClientOptions options, IConfiguration section)
    {
        var members = new OptionsSection(section);
        Bind(options, members);
        members.CheckNames(CodeOnly);
        options.SectionFaults = [.. options.SectionFaults, .. members.Faults];
    }

    private static void Bind(RealtimeClientOptions options, OptionsSection members)
    {
        // Assigned only if the section contains it, because BaseUrl and DataResidency exclude each other.
        if (members.Read<Uri?>(nameof(options.BaseUrl), null, "an absolute address", static text => Uri.TryCreate(text, UriKind.Absolute, out var url) ? url : null) is { } url)
            options.BaseUrl = url;
        options.DataResidency = members.Read(nameof(options.DataResidency), options.DataResidency, "the label of a region, such as us or eu", ParseResidency);
        options.ApiKey = members.Read(nameof(options.ApiKey), options.ApiKey);
        options.ApiKeyScheme = members.Read(nameof(options.ApiKeyScheme), options.ApiKeyScheme, "Bearer or ApiKey", ParseScheme);
        options.Organization = members.Read(nameof(options.Organization), options.Organization);
        options.Project = members.Read(nameof(options.Project), options.Project);
        options.SafetyIdentifier = members.Read(nameof(options.SafetyIdentifier), options.SafetyIdentifier);
        options.AttemptTimeout = members.Read(nameof(options.AttemptTimeout), options.AttemptTimeout, "a duration like 00:00:30", OptionsSection.ParseTimeSpan);
        options.Timeout = members.Read(nameof(options.Timeout), options.Timeout, "a duration like 00:00:30", OptionsSection.ParseTimeSpan);
        options.MaxRetries = members.Read(nameof(options.MaxRetries), options.MaxRetries, "a whole number", ParseInt32);
        options.MaxResponseBytes = members.Read(nameof(options.MaxResponseBytes), options.MaxResponseBytes, "a whole number", ParseInt32);
        options.ValidateRequests = members.Read(nameof(options.ValidateRequests), options.ValidateRequests, "true or false", ParseBoolean);
        options.AllowInsecureTransport = members.Read(nameof(options.AllowInsecureTransport), options.AllowInsecureTransport, "true or false", ParseBoolean);
    }

    private static object? ParseScheme(string text) => Enum.TryParse<RealtimeCredentialScheme>(text, ignoreCase: true, out var scheme) ? scheme : null;

    private static object? ParseResidency(string text) => new DataResidency(text) is { IsValid: true } residency ? (object)residency : null;

    private static object? ParseInt32(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static object? ParseBoolean(string text) => bool.TryParse(text, out var truth) ? truth : null;
}
