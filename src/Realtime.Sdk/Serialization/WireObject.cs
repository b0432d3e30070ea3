using System.Collections.ObjectModel;
using System.Globalization;
using System.Text;

namespace Realtime.Sdk;

/// <summary>A JSON object of the Realtime API. Members that this version does not know are preserved and written back.</summary>
public abstract record WireObject
{
    private const int MaxPrintedLength = 4_000;

    private protected WireObject() { }

    // The unknown members: a dictionary of the caller, or the UTF-8 of a valid JSON object, or the dictionary that was parsed from it. If required
    // members were missing in the JSON of the record, a PartialRecord, which contains both. A single field, because nearly all records are read from
    // complete JSON, and a second field would make all of them larger.
    private object? _extra;

    [JsonIgnore]
    internal Dictionary<string, JsonElement>? Extra
    {
        get
        {
            // Parsed on first use, which is rare. If two threads parse them at the same time, one of the dictionaries is discarded.
            ref var extra = ref ExtraReference;
            if (Volatile.Read(ref extra) is byte[] utf8)
                Volatile.Write(ref extra, new MembersRead(utf8));
            return (Dictionary<string, JsonElement>?)extra;
        }
        set => _extra = _extra is PartialRecord partial ? new PartialRecord(partial.AbsentMembers, value) : value;
    }

    /// <summary>The unknown members that were read, as one JSON object.</summary>
    [JsonIgnore]
    internal byte[]? ExtraUtf8 { init => _extra = value; }

    /// <summary>
    /// The members that were missing or <c>null</c> in the JSON of the record although their properties are not nullable, one bit each. Must be set after
    /// <see cref="ExtraUtf8"/>. These members are not written unless their value has changed.
    /// </summary>
    [JsonIgnore]
    internal ulong AbsentMembers
    {
        init
        {
            if (value != 0)
                _extra = new PartialRecord(value, _extra);
        }
    }

    private ref object? ExtraReference => ref _extra is PartialRecord partial ? ref partial.Extra : ref _extra;

    /// <summary>
    /// Members of the JSON object for which this version has no property, by wire name, including members of events whose values do not have the type
    /// of their property (see <see cref="MalformedEvent"/>). The default is empty. Set it to send members that are newer than this SDK; <c>Validate()</c>
    /// returns a warning for each. A member that the record itself writes, such as <c>type</c>, causes an error when the record is sent.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, JsonElement> AdditionalProperties
    {
        get => Extra ?? (IReadOnlyDictionary<string, JsonElement>)ReadOnlyDictionary<string, JsonElement>.Empty;
        init => Extra = value is { Count: > 0 } ? new(value) : null;
    }

    /// <summary>
    /// Whether both records have the same type and equal values, including <see cref="AdditionalProperties"/>. Lists and maps are compared by their
    /// elements, modalities regardless of order, audio by its bytes, and JSON by its meaning. A member that was missing when the record was read is equal
    /// to its default.
    /// </summary>
    public virtual bool Equals(WireObject? other) => other is not null && EqualityContract == other.EqualityContract && HasSameExtra(other);

    /// <inheritdoc/>
    public override int GetHashCode() => EqualityContract.GetHashCode();

    private bool HasSameExtra(WireObject other)
    {
        if (ExtraReference == other.ExtraReference || (ExtraReference is byte[] utf8 && other.ExtraReference is byte[] otherUtf8 && utf8.AsSpan().SequenceEqual(otherUtf8)))
            return true;
        var (one, two) = (AdditionalProperties, other.AdditionalProperties);
        if (one.Count != two.Count)
            return false;
        foreach (var (name, value) in one)
        {
            if (!two.TryGetValue(name, out var otherValue) || !RawJson.From(value).Equals(RawJson.From(otherValue)))
                return false;
        }
        return true;
    }

    /// <summary>Reports every rule of the Realtime API that this object violates.</summary>
    internal virtual void Check(Constraints constraints) { }

    /// <summary>Writes the value: an object, unless a variant overrides the method.</summary>
    internal virtual void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        WriteMembers(writer);
        if (Extra is { } extra)
        {
            if (FindRepeatedMember() is { } repeated)
                throw new ArgumentException($"AdditionalProperties contains the member {PeerText.Sanitize(repeated)}, which the record writes itself.");
            WriteExtra(writer, extra, isRead: extra is MembersRead);
        }
        writer.WriteEndObject();
    }

    /// <summary>
    /// Returns a member of <see cref="AdditionalProperties"/> that the record also writes itself, or null if there is none. If a member such as
    /// <c>type</c> were written twice, each reader could pick a different one.
    /// </summary>
    internal string? FindRepeatedMember()
    {
        // Members that were read as unknown are not written by the record itself.
        if (ExtraReference is null or byte[] or MembersRead)
            return null;
        foreach (var name in AdditionalProperties.Keys)
        {
            if (IsWritten(name))
                return name;
        }
        return null;
    }

    private void WriteExtra(Utf8JsonWriter writer, Dictionary<string, JsonElement> members, bool isRead)
    {
        foreach (var (name, member) in members)
        {
            // An unreadable member is kept as an unknown one. The caller has since set its property, which has been written already.
            if (isRead && IsWritten(name))
                continue;
            writer.WritePropertyName(name);
            member.WriteTo(writer);
        }
    }

    /// <summary>Whether a member was missing or <c>null</c> in the JSON of the record; see <see cref="AbsentMembers"/>.</summary>
    private protected bool IsAbsent(ulong member) => _extra is PartialRecord partial && (partial.AbsentMembers & member) != 0;

    /// <summary>Whether <see cref="WriteMembers"/> writes a member with this name. Generated.</summary>
    private protected virtual bool IsWritten(string name) => false;

    /// <summary>Creates the shape of the record: the members that this version knows. Generated.</summary>
    private protected virtual WireShape GetOwnShape() => new();

    /// <summary>The names of the members that this version knows.</summary>
    internal IEnumerable<string> KnownMembers => GetOwnShape().Names;

    /// <summary>Writes the members that are set. Generated from their wire names.</summary>
    private protected virtual void WriteMembers(Utf8JsonWriter writer) { }

    /// <summary>
    /// Returns the type and the members of the record as text that is safe to log: keys are masked, control characters and line breaks become spaces,
    /// bidirectional control characters become U+FFFD, and the length is limited. The properties themselves are unchanged. Lists and maps show their first
    /// five elements. The text does not depend on the culture. Unknown members are not included, and an unrecognized variant shows only its type and size,
    /// because they may contain a secret.
    /// </summary>
    /// <remarks>Sealed, so that no record can print unsanitized text of a server.</remarks>
    public sealed override string ToString()
    {
        if (PrintedName is { } name)
            return name;
        var text = new StringBuilder(GetType().Name).Append(" { ");
        if (this is IUnknownVariant unknown ? Print(unknown, text) : PrintMembers(text))
            text.Append(' ');
        return PeerText.Sanitize(text.Append('}').ToString(), maxLength: MaxPrintedLength);
    }

    /// <summary>The text of the whole record when it is printed, for example <c>Tracing.Off</c>; null for a record with members. Generated.</summary>
    private protected virtual string? PrintedName => null;

    private static bool Print(IUnknownVariant unknown, StringBuilder text)
    {
        if (unknown.Type is { } type)
            text.Append("Type = ").Append(type).Append(", ");
        text.Append(CultureInfo.InvariantCulture, $"Size = {unknown.Raw.Utf8.Length} bytes");
        return true;
    }

    /// <summary>Prints nothing, because unknown members may contain a secret.</summary>
    protected virtual bool PrintMembers(StringBuilder builder) => false;

    /// <summary>The extra state of a record that was read from JSON without all of its required members.</summary>
    private sealed class PartialRecord(ulong absentMembers, object? extra)
    {
        public readonly ulong AbsentMembers = absentMembers;
        public object? Extra = extra;
    }

    /// <summary>Unknown members that were read. If a name is repeated, the last member wins.</summary>
    private sealed class MembersRead : Dictionary<string, JsonElement>
    {
        public MembersRead(byte[] utf8)
        {
            foreach (var member in JsonElement.Parse(utf8).EnumerateObject())
                this[member.Name] = member.Value;
        }
    }
}
