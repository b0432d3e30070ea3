namespace Realtime.Sdk.Internal;

/// <summary>What is wrong with a named session, each fault with its place in the configuration or in the JSON.</summary>
/// <param name="name">The name of the session.</param>
/// <param name="placeOf">Returns the place of a wire path, where <c>$</c> is the whole session.</param>
internal sealed class SessionFaults(string name, Func<string, string> placeOf)
{
    private readonly HashSet<string> _places = new(StringComparer.Ordinal);

    /// <summary>What keeps the host from starting, one sentence each.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>What is only logged.</summary>
    public List<ConstraintViolation> Warnings { get; } = [];

    /// <summary>Adds a fault of a value, by its wire path.</summary>
    public void Add(string path, string fault) => AddAt(placeOf(path), fault);

    /// <summary>Adds a fault of a value, by its place.</summary>
    public void AddAt(string place, string fault)
    {
        _places.Add(place);
        Add(PeerText.Sanitize($"{place} {fault}"));
    }

    /// <summary>Adds a fault of the session as a whole.</summary>
    public void Add(string fault) => Errors.Add($"Session \"{PeerText.Sanitize(name)}\": {fault}");

    /// <summary>Adds a violation. What was already reported for the same place is the cause, and is enough.</summary>
    public void Add(ConstraintViolation violation, bool isError)
    {
        var place = placeOf(violation.Path);
        if (!isError)
            Warnings.Add(violation with { Path = place });
        else if (!_places.Contains(place))
            Add((violation with { Path = place }).ToString());
    }
}
