using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Fills <see cref="RealtimeClientOptions"/> from a configuration section. By hand: the platform's generator refuses options that also
/// hold a clock or a proxy, and its reflection is not for native programs.
/// </summary>
internal sealed class RealtimeClientOptionsBinder(IConfiguration section, string name)
{
    private readonly List<string> _faults = [];

    public static void Bind(RealtimeClientOptions options, IConfiguration section, string name) =>
        new RealtimeClientOptionsBinder(section, name).Bind(options);

    private void Bind(RealtimeClientOptions options)
    {
        options.BaseUrl = Read(nameof(options.BaseUrl), options.BaseUrl, "an absolute address", static text => Uri.TryCreate(text, UriKind.Absolute, out var url) ? url : null);
        options.ApiKey = section[nameof(options.ApiKey)] ?? options.ApiKey;
        options.ApiKeyScheme = Read(nameof(options.ApiKeyScheme), options.ApiKeyScheme, "Bearer or ApiKey", ParseScheme);
        options.Organization = section[nameof(options.Organization)] ?? options.Organization;
        options.Project = section[nameof(options.Project)] ?? options.Project;
        options.SafetyIdentifier = section[nameof(options.SafetyIdentifier)] ?? options.SafetyIdentifier;
        options.AttemptTimeout = Read(nameof(options.AttemptTimeout), options.AttemptTimeout, "a duration like 00:00:30", ParseTimeSpan);
        options.Timeout = Read(nameof(options.Timeout), options.Timeout, "a duration like 00:00:30", ParseTimeSpan);
        options.MaxRetries = Read(nameof(options.MaxRetries), options.MaxRetries, "a whole number", ParseInt32);
        options.MaxResponseBytes = Read(nameof(options.MaxResponseBytes), options.MaxResponseBytes, "a whole number", ParseInt32);
        options.ValidateRequests = Read(nameof(options.ValidateRequests), options.ValidateRequests, "true or false", ParseBoolean);
        options.AllowInsecureTransport = Read(nameof(options.AllowInsecureTransport), options.AllowInsecureTransport, "true or false", ParseBoolean);
        if (_faults.Count > 0)
            throw new OptionsValidationException(name, typeof(RealtimeClientOptions), _faults);
    }

    private T Read<T>(string key, T current, string expected, Func<string, object?> parse)
    {
        if (section[key] is not { Length: > 0 } text)
            return current;
        if (parse(text) is T value)
            return value;
        _faults.Add($"{key} must be {expected}.");
        return current;
    }

    private static object? ParseScheme(string text) => Enum.TryParse<RealtimeCredentialScheme>(text, ignoreCase: true, out var scheme) ? scheme : null;

    private static object? ParseTimeSpan(string text) => TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) ? time : null;

    private static object? ParseInt32(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static object? ParseBoolean(string text) => bool.TryParse(text, out var truth) ? truth : null;
}
