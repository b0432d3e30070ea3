using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Realtime.Sdk.Internal;

/// <summary>
/// A configuration section that sets the properties of options. It is read by hand, because the platform's source generator rejects options with members such as
/// a clock or a proxy, and reflection does not work with Native AOT. Errors name the key but never quote the value, which may be a secret.
/// </summary>
internal sealed class OptionsSection
{
    private readonly IConfigurationSection[] _members;
    private readonly List<string> _known = [];
    private readonly List<string> _faults = [];

    public OptionsSection(IConfiguration section)
    {
        _members = [.. section.GetChildren()];
        if (_members.Length == 0)
            _faults.Add($"The configuration section {PeerText.Sanitize((section as IConfigurationSection)?.Path)} is missing or has no members.");
    }

    /// <summary>The errors that were found so far.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>Reads a string. Returns <paramref name="current"/> if the section does not contain it.</summary>
    public string? Read(string key, string? current) => Read(key, current, "a string", static text => text);

    /// <summary>Reads a value. Returns <paramref name="current"/> if the section does not contain it, or if it is invalid.</summary>
    /// <param name="key">The name of the option.</param>
    /// <param name="current">The value to keep.</param>
    /// <param name="expected">Describes a valid value.</param>
    /// <param name="parse">Returns the value, or null if the text is invalid.</param>
    public T Read<T>(string key, T current, string expected, Func<string, object?> parse)
    {
        if (Find(key) is not { } member)
            return current;
        if (!member.GetChildren().Any() && parse(member.Value!) is T value)
            return value;
        _faults.Add($"{PeerText.Sanitize(member.Path)} must be {expected}.");
        return current;
    }

    /// <summary>Reads a list of strings, whose elements replace those of <paramref name="list"/>. Keeps these if the section does not contain it, or if it is invalid.</summary>
    public void ReadList(string key, IList<string> list)
    {
        if (Find(key) is not { } member)
            return;
        var elements = member.GetChildren().ToArray();
        if (!string.IsNullOrEmpty(member.Value) || Array.Exists(elements, element => element.GetChildren().Any()))
        {
            _faults.Add($"{PeerText.Sanitize(member.Path)} must be a list of strings.");
            return;
        }
        list.Clear();
        foreach (var element in elements)
            list.Add(element.Value ?? "");
    }

    /// <summary>Adds an error for every member that was not read.</summary>
    /// <param name="codeOnly">The options that can only be set in code.</param>
    public void CheckNames(IReadOnlyCollection<string> codeOnly)
    {
        foreach (var member in _members)
        {
            if (_known.Contains(member.Key, StringComparer.OrdinalIgnoreCase))
                continue;
            var rule = codeOnly.Contains(member.Key, StringComparer.OrdinalIgnoreCase) ? "can only be set in code." : $"is not an option{FormatSuggestion(member.Key)}";
            _faults.Add($"{PeerText.Sanitize(member.Path)} {rule}");
        }
    }

    // TimeSpan would parse a number without a colon as days.
    public static object? ParseTimeSpan(string text) =>
        text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) ? time : null;

    private IConfigurationSection? Find(string key)
    {
        _known.Add(key);
        var member = Array.Find(_members, member => string.Equals(member.Key, key, StringComparison.OrdinalIgnoreCase));
        return member is null || (member.Value is null && !member.GetChildren().Any()) ? null : member;
    }

    private string FormatSuggestion(string key) => Suggestion.Format(key, _known) is { Length: > 0 } suggestion ? suggestion : ".";
}
