using System.Buffers;
using System.Globalization;
using System.Text;

namespace Realtime.Sdk.Internal;

/// <summary>Collects all violations of one request, each with its wire path.</summary>
internal sealed partial class Constraints
{
    private const int QuotedCharacters = 40;
    private const int None = -1;

    /// <summary>The characters allowed by <see cref="IsPlainName"/>, for messages.</summary>
    public const string PlainNameSet = "a to z, A to Z, 0 to 9, underscore and dash";

    private static readonly SearchValues<char> PlainNameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

    private readonly List<ConstraintViolation> _violations = [];
    private readonly List<(string Name, int Index)> _path = [];

    public static IReadOnlyList<ConstraintViolation> Validate(WireObject value)
    {
        var constraints = new Constraints();
        constraints.CheckAll(value);
        return constraints._violations;
    }

    /// <summary>Returns the violations of <see cref="Validate(WireObject)"/> and those of the endpoint's own rules.</summary>
    public static IReadOnlyList<ConstraintViolation> Validate(WireObject value, Action<Constraints> endpoint)
    {
        var constraints = new Constraints();
        endpoint(constraints);
        constraints.CheckAll(value);
        return constraints._violations;
    }

    public IReadOnlyList<ConstraintViolation> Violations => _violations;

    /// <summary>Checks the object in the member <paramref name="name"/>; null means that it is not sent.</summary>
    public void ValidateMember(string name, WireObject? value)
    {
        if (value is null)
            return;
        _path.Add((name, None));
        CheckAll(value);
        _path.RemoveAt(_path.Count - 1);
    }

    /// <summary>Checks the object in the member <paramref name="name"/>, which must be present.</summary>
    public void ValidateRequiredMember(string name, WireObject? value)
    {
        if (value is null)
            Error(name, null, "is required");
        ValidateMember(name, value);
    }

    /// <summary>Checks a rule about several members of the object in the member <paramref name="name"/>; null means that it is not sent.</summary>
    public void ValidateMember<T>(string name, T? value, Action<Constraints, T> rule) where T : class
    {
        if (value is null)
            return;
        _path.Add((name, None));
        rule(this, value);
        _path.RemoveAt(_path.Count - 1);
    }

    /// <summary>Checks each element of the array in the member <paramref name="name"/>.</summary>
    public void Each(string name, IReadOnlyList<WireObject>? values)
    {
        for (var i = 0; i < (values?.Count ?? 0); i++)
        {
            _path.Add((name, i));
            if (values![i] is { } value)
                CheckAll(value);
            else
                Error("", null, "is required");
            _path.RemoveAt(_path.Count - 1);
        }
        EachNull(values, name);
    }

    /// <summary>
    /// Reports the null elements of an array that was received. They are kept so that they can be written back, but no request may contain them.
    /// </summary>
    private void EachNull(object? values, string name)
    {
        foreach (var place in WireList.GetNullIndexes(values))
            Error($"{name}[{place}]", null, "is required");
    }

    public void Error(string name, string? value, string rule) => Add(name, value, rule, ConstraintSeverity.Error);

    public void Warning(string name, string? value, string rule, ViolationKind kind = ViolationKind.Rule) => Add(name, value, rule, ConstraintSeverity.Warning, kind);

    /// <summary>Checks that JSON can represent the number.</summary>
    public void Finite(double? value, string name)
    {
        if (value is { } number && !double.IsFinite(number))
            Error(name, Text(number), "must be a finite number");
    }

    public void InRange(double? value, double min, double max, string name)
    {
        if (value is not { } number)
            return;
        Finite(number, name);
        if (double.IsFinite(number) && number < min)
            Error(name, Text(number), $"must be at least {Text(min)}");
        else if (double.IsFinite(number) && number > max)
            Error(name, Text(number), $"must be at most {Text(max)}");
    }

    /// <summary>Checks a duration that must be a whole number of milliseconds within a range.</summary>
    public void InRange(TimeSpan? value, TimeSpan min, TimeSpan max, string name)
    {
        if (value is not { } time)
            return;
        if (time.Ticks % TimeSpan.TicksPerMillisecond != 0)
            Error(name, Text(time.TotalMilliseconds), "must be a whole number of milliseconds");
        InRange(time.TotalMilliseconds, min.TotalMilliseconds, max.TotalMilliseconds, name);
    }

    /// <summary>Checks a duration that must be a whole number of seconds within a range.</summary>
    public void Seconds(TimeSpan? value, TimeSpan min, TimeSpan max, string name)
    {
        if (value is not { } time)
            return;
        if (time.Ticks % TimeSpan.TicksPerSecond != 0)
            Error(name, Text(time.TotalSeconds), "must be a whole number of seconds");
        InRange(time.TotalSeconds, min.TotalSeconds, max.TotalSeconds, name);
    }

    /// <summary>Checks text that must be present and must not be blank.</summary>
    public void Required(string? value, string name)
    {
        if (value is null)
            Error(name, null, "is required");
        else if (string.IsNullOrWhiteSpace(value))
            Error(name, Quote(value), "must not be blank");
        else
            ValidText(value, name);
    }

    /// <summary>Checks the maximum length in UTF-16 code units.</summary>
    public void MaxLength(string? value, int max, string name)
    {
        if (value?.Length > max)
            Error(name, Quote(value), $"must be at most {Text(max)} characters");
    }

    /// <summary>Checks the ID of a client event; null means that none is sent.</summary>
    public void EventId(string? value)
    {
        NotBlank(value, "event_id");
        MaxLength(value, Limits.EventIdLength, "event_id");
    }

    /// <summary>Checks the ID that a client assigns to an item or a call, at most 32 characters; null means that the server assigns one.</summary>
    public void Id(string? value, string name)
    {
        NotBlank(value, name);
        MaxLength(value, Limits.IdLength, name);
    }

    /// <summary>Checks text that must be present but may be empty.</summary>
    public void Present(string? value, string name)
    {
        if (value is null)
            Error(name, null, "is required");
        ValidText(value, name);
    }

    /// <summary>Checks that UTF-8 can represent the text: it must not contain a lone surrogate.</summary>
    public void ValidText(string? value, string name)
    {
        if (value is not null && IndexOfLoneSurrogate(value) is >= 0 and var index)
            Error(name, null, $"must not contain a lone surrogate: there is one at index {index.ToString(CultureInfo.InvariantCulture)}");
    }

    /// <summary>Checks optional text, which must not be blank if it is present.</summary>
    public void NotBlank(string? value, string name)
    {
        if (value is not null)
            Required(value, name);
    }

    /// <summary>Checks each element of an array of strings; null means that it is not sent.</summary>
    public void EachText(IReadOnlyList<string>? values, string name)
    {
        for (var i = 0; i < (values?.Count ?? 0); i++)
            Required(values![i], $"{name}[{i}]");
        EachNull(values, name);
    }

    /// <summary>Checks for known values. An unknown value is only a warning, because the service adds values before this SDK does.</summary>
    public void Known<T>(T? value, ReadOnlySpan<T> known, string name) where T : struct, IWireString<T>
    {
        if (value is { } given && !known.Contains(given))
            UnknownValue(given.Value, name, GetValues(known));
    }

    /// <inheritdoc cref="Known{T}(T?, ReadOnlySpan{T}, string)"/>
    public void EachKnown<T>(IReadOnlyList<T>? values, ReadOnlySpan<T> known, string name) where T : struct, IWireString<T>
    {
        for (var i = 0; i < (values?.Count ?? 0); i++)
        {
            _path.Add((name, i));
            Known(values![i], known, "");
            _path.RemoveAt(_path.Count - 1);
        }
        EachNull(values, name);
    }

    /// <summary>Whether a name contains only characters that the service accepts in names of functions and the like. The length is not checked.</summary>
    public static bool IsPlainName(string name) => name.AsSpan().IndexOfAnyExcept(PlainNameCharacters) < 0;

    /// <summary>Whether a character is one of <see cref="PlainNameSet"/>.</summary>
    public static bool IsPlainNameCharacter(char character) => PlainNameCharacters.Contains(character);

    public static string Quote(string? value) =>
        value is null ? "null" : $"\"{PeerText.Sanitize(value, maxLength: QuotedCharacters)}\"";

    public static string Join<T>(IReadOnlyList<T> values) where T : struct, IWireString<T> => $"[{string.Join(", ", GetValues<T>([.. values]))}]";

    public static string Text(double value) => value.ToString("0.###############", CultureInfo.InvariantCulture);

    internal static int IndexOfLoneSurrogate(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (!char.IsSurrogate(value[i]))
                continue;
            if (!char.IsSurrogatePair(value, i))
                return i;
            i++;
        }
        return -1;
    }

    private static string[] GetValues<T>(ReadOnlySpan<T> known) where T : struct, IWireString<T>
    {
        var values = new string[known.Length];
        for (var i = 0; i < known.Length; i++)
            values[i] = known[i].Value;
        return values;
    }

    private void Add(string name, string? value, string rule, ConstraintSeverity severity, ViolationKind kind = ViolationKind.Rule) =>
        _violations.Add(new(PeerText.Sanitize(GetPath(name)), value is null ? null : PeerText.Sanitize(value).ToString(), PeerText.Sanitize(rule), severity) { Kind = kind });

    /// <summary>
    /// Returns the wire path of a member: an empty name is the current object, <c>[0]</c> its first element, and <c>$</c> the whole request.
    /// </summary>
    private string GetPath(string name)
    {
        var path = new StringBuilder();
        foreach (var (step, index) in _path.Append((name, None)))
        {
            path.Append(step is "" or ['[', ..] || path.Length == 0 ? "" : ".").Append(step);
            if (index != None)
                path.Append('[').Append(index).Append(']');
        }
        return path.Length == 0 ? "$" : path.ToString();
    }
}
