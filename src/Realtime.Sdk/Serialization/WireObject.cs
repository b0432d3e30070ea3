using System.Collections.ObjectModel;
using System.Text;

namespace Realtime.Sdk;

/// <summary>A JSON object of the Realtime API. Members this version does not know are kept and written back.</summary>
public abstract record WireObject
{
    private protected WireObject() { }

    [JsonExtensionData, JsonInclude]
    internal Dictionary<string, JsonElement>? Extra { get; set; }

    /// <summary>
    /// Members of the JSON object that this version has no property for, by their wire names. Empty when there are none;
    /// set it to send members that are newer than this SDK.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, JsonElement> AdditionalProperties
    {
        get => Extra ?? (IReadOnlyDictionary<string, JsonElement>)ReadOnlyDictionary<string, JsonElement>.Empty;
        init => Extra = value is { Count: > 0 } ? new(value) : null;
    }

    /// <summary>Reports every rule of the Realtime API this object breaks to <paramref name="constraints"/>.</summary>
    internal virtual void Check(Constraints constraints) { }

    /// <summary>Prints nothing: nobody knows what unknown members hold.</summary>
    protected virtual bool PrintMembers(StringBuilder builder) => false;
}
