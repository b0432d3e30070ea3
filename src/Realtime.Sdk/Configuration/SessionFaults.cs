namespace Realtime.Sdk.Internal;

/// <summary>What is wrong with a named session or agent, each fault with its place in the configuration or in the JSON.</summary>
/// <param name="subject">What has the faults, with its name: the beginning of each sentence.</param>
/// <param name="placeOf">Returns the place of a wire path, where <c>$</c> is the whole session.</param>
internal sealed class SessionFaults(string subject, Func<string, string> placeOf)
{
    private HashSet<string> _places = new(StringComparer.Ordinal);

    /// <summary>What keeps the host from starting, one sentence each.</summary>
    public List<string> Errors { get; private init; } = [];

    /// <summary>What is only logged.</summary>
    public List<ConstraintViolation> Warnings { get; private init; } = [];

    /// <summary>Returns a view that adds to the same lists, for paths that have other places.</summary>
    public SessionFaults At(Func<string, string> placeOf) => new(subject, placeOf) { Errors = Errors, Warnings = Warnings, _places = _places };

    /// <summary>Adds a fault of a value, by its wire path.</summary>
    public void Add(string path, string fault) => AddAt(placeOf(path), fault);

    /// <summary>Adds a fault of a value, by its place.</summary>
    public void AddAt(string place, string fault)
    {
        _places.Add(place);
        Add(PeerText.Sanitize($"{place} {fault}"));
    }

    /// <summary>Adds a fault of the session or agent as a whole.</summary>
    public void Add(string fault) => Errors.Add($"{subject}: {fault}");

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
