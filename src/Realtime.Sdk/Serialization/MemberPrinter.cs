using System.Globalization;
using System.Text;

namespace Realtime.Sdk.Internal;

/// <summary>
/// Prints the members of a record as the compiler would, with three differences: lists and maps show at most five elements, binary data shows only
/// its length, and the output does not depend on the culture. <see cref="WireObject.ToString"/> makes the result safe to log.
/// </summary>
/// <param name="text">Receives the text.</param>
/// <param name="hasMembers">Whether members of the base record were printed before.</param>
internal struct MemberPrinter(StringBuilder text, bool hasMembers)
{
    private const int MaxElements = 5;

    private bool _hasMembers = hasMembers;

    public void Add(string name, object? value)
    {
        AddName(name);
        AddValue(value);
    }

    public void AddBytes(string name, ReadOnlyMemory<byte> value)
    {
        AddName(name);
        text.Append(CultureInfo.InvariantCulture, $"{value.Length} bytes");
    }

    public void AddList<T>(string name, IReadOnlyList<T>? list)
    {
        AddName(name);
        if (list is null)
            return;
        text.Append('[');
        for (var i = 0; i < Math.Min(list.Count, MaxElements); i++)
        {
            if (i > 0)
                text.Append(", ");
            AddValue(list[i]);
        }
        AddRest(list.Count);
        text.Append(']');
    }

    public void AddMap<T>(string name, IReadOnlyDictionary<string, T>? map)
    {
        AddName(name);
        if (map is null)
            return;
        text.Append('[');
        var printed = 0;
        foreach (var (key, value) in map)
        {
            if (printed == MaxElements)
                break;
            text.Append(printed++ > 0 ? ", " : "").Append(key).Append(" = ");
            AddValue(value);
        }
        AddRest(map.Count);
        text.Append(']');
    }

    private readonly void AddRest(int count)
    {
        if (count > MaxElements)
            text.Append(CultureInfo.InvariantCulture, $", … {count} in all");
    }

    private void AddName(string name)
    {
        text.Append(_hasMembers ? ", " : "").Append(name).Append(" = ");
        _hasMembers = true;
    }

    private readonly void AddValue(object? value) => text.Append(value switch
    {
        null => null,
        DateTimeOffset time => time.ToString("u", CultureInfo.InvariantCulture),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    });
}
