using System.Collections.ObjectModel;
using System.Globalization;
using System.Text;

namespace Realtime.Sdk;

/// <summary>A JSON object of the Realtime API. Members this version does not know are kept and written back.</summary>
public abstract record WireObject
{
    private const int MaxPrintedLength = 4_000;

    private protected WireObject() { }

    // The unknown members: a dictionary of the caller's, or the UTF-8 of a JSON object that is known to be well formed, or what was read from
    // that. Of a record that was read from JSON without all of its members, a PartialRecord. One field for both, because nearly all records
    // are read from JSON with all of their members, and must not become larger for the others.
    private object? _extra;

    [JsonIgnore]
    internal Dictionary<string, JsonElement>? Extra
    {
        get
        {
            // Most unknown members are never asked for. Two threads may both parse them, and one of the dictionaries is dropped.
            ref var extra = ref ExtraReference;
            if (Volatile.Read(ref extra) is byte[] utf8)
                Volatile.Write(ref extra, new MembersRead(utf8));
            return (Dictionary<string, JsonElement>?)extra;
        }
        set => _extra = _extra is PartialRecord partial ? new PartialRecord(partial.AbsentMembers, value) : value;
    }

    /// <summary>The unknown members that were read, as a JSON object of their own.</summary>
    [JsonIgnore]
    internal byte[]? ExtraUtf8 { init => _extra = value; }

    /// <summary>
    /// The members that were absent or <c>null</c> in the JSON that the record was read from, one bit each, although their properties cannot
    /// be null; assigned after <see cref="ExtraUtf8"/>. They are not written until they are set to something else.
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
    /// Members of the JSON object that this version has no property for, by their wire names, and members of events whose values could not be
    /// read as their property's type (see <see cref="MalformedEvent"/>). Empty when there are none; set it to send members that are newer
    /// than this SDK; each is a warning of <c>Validate()</c>. A member that the record writes itself, such as <c>type</c>, is refused when
    /// it is sent.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, JsonElement> AdditionalProperties
    {
        get => Extra ?? (IReadOnlyDictionary<string, JsonElement>)ReadOnlyDictionary<string, JsonElement>.Empty;
        init => Extra = value is { Count: > 0 } ? new(value) : null;
    }

    /// <summary>
    /// Whether both records are of the same type and hold the same values. Lists and maps are compared by their elements, modalities without
    /// their order, audio by its bytes and JSON by its meaning, <see cref="AdditionalProperties"/> included. What was absent when a record was
    /// read equals what stands for it.
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
            if (!two.TryGetValue(name, out var otherValue) || !KeptJson.From(value).Equals(KeptJson.From(otherValue)))
                return false;
        }
        return true;
    }

    /// <summary>Reports every rule of the Realtime API this object breaks to <paramref name="constraints"/>.</summary>
    internal virtual void Check(Constraints constraints) { }

    /// <summary>Writes the whole value: an object, unless a variant says otherwise.</summary>
    internal virtual void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        WriteMembers(writer);
        if (Extra is { } extra)
        {
            if (FindRepeatedMember() is { } repeated)
                throw new ArgumentException($"The member {PeerText.Sanitize(repeated)} stands in AdditionalProperties and is written by the record too.");
            WriteExtra(writer, extra, isRead: extra is MembersRead);
        }
        writer.WriteEndObject();
    }

    /// <summary>
    /// A member that stands in <see cref="AdditionalProperties"/> although the record writes it itself. Written twice, it would be up to
    /// the reader which of the two counts, the <c>type</c> included.
    /// </summary>
    internal string? FindRepeatedMember()
    {
        // What a record writes itself it also reads itself.
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
            // A member that could not be read has since been replaced by one of the record's own.
            if (isRead && IsWritten(name))
                continue;
            writer.WritePropertyName(name);
            member.WriteTo(writer);
        }
    }

    /// <summary>Whether a member was absent or <c>null</c> in the JSON that the record was read from; see <see cref="AbsentMembers"/>.</summary>
    private protected bool IsAbsent(ulong member) => _extra is PartialRecord partial && (partial.AbsentMembers & member) != 0;

    /// <summary>Whether <see cref="WriteMembers"/> writes a member of this name; generated too.</summary>
    private protected virtual bool IsWritten(string name) => false;

    /// <summary>The members that this version knows; generated too. Created on each call.</summary>
    private protected virtual WireShape GetOwnShape() => new();

    /// <summary>The names of the members that this version knows.</summary>
    internal IEnumerable<string> KnownMembers => GetOwnShape().Names;

    /// <summary>Writes the members that are set; generated from their wire names.</summary>
    private protected virtual void WriteMembers(Utf8JsonWriter writer) { }

    /// <summary>
    /// The record's type and members. Safe to log whatever the server sent: keys are masked, control characters and line breaks are shown
    /// as spaces, bidirectional controls as U+FFFD, and the length is bounded. The properties themselves hold what came. Lists and maps show
    /// their first five elements, whatever the culture. Unknown members are not printed, and of an unknown variant only its type and the size
    /// of its JSON are, because they may hold a secret.
    /// </summary>
    /// <remarks>Sealed, so that no record can print words of a server that were not made safe.</remarks>
    public sealed override string ToString()
    {
        if (PrintedName is { } name)
            return name;
        var text = new StringBuilder(GetType().Name).Append(" { ");
        if (this is IUnknownVariant unknown ? Print(unknown, text) : PrintMembers(text))
            text.Append(' ');
        return PeerText.Sanitize(text.Append('}').ToString(), maxLength: MaxPrintedLength);
    }

    /// <summary>What stands for the whole record when it is printed, as <c>Tracing.Off</c>; null for a record with members. Generated.</summary>
    private protected virtual string? PrintedName => null;

    private static bool Print(IUnknownVariant unknown, StringBuilder text)
    {
        if (unknown.Type is { } type)
            text.Append("Type = ").Append(type).Append(", ");
        text.Append(CultureInfo.InvariantCulture, $"Size = {unknown.Kept.Utf8.Length} bytes");
        return true;
    }

    /// <summary>Prints nothing, because unknown members may hold a secret.</summary>
    protected virtual bool PrintMembers(StringBuilder builder) => false;

    /// <summary>What a record keeps that was read from JSON without all of its members.</summary>
    private sealed class PartialRecord(ulong absentMembers, object? extra)
    {
        public readonly ulong AbsentMembers = absentMembers;
        public object? Extra = extra;
    }

    /// <summary>Unknown members that were read: the last of each name.</summary>
    private sealed class MembersRead : Dictionary<string, JsonElement>
    {
        public MembersRead(byte[] utf8)
        {
            foreach (var member in JsonElement.Parse(utf8).EnumerateObject())
                this[member.Name] = member.Value;
        }
    }
}
