namespace Realtime.Sdk.Internal;

/// <summary>The errors and warnings of a named session or agent, each with its place in the configuration or in the JSON.</summary>
/// <param name="subject">The session or agent with its name, which begins each sentence.</param>
/// <param name="getLocation">Returns the place of a wire path. <c>$</c> is the whole session.</param>
internal sealed class SessionFaults(string subject, Func<string, string> getLocation)
{
    private HashSet<string> _places = new(StringComparer.Ordinal);

    /// <summary>The errors, which prevent the host from starting, as one sentence each.</summary>
    public List<string> Errors { get; private init; } = [];

    /// <summary>The warnings, which are only logged.</summary>
    public List<ConstraintViolation> Warnings { get; private init; } = [];

    /// <summary>Returns a view that adds to the same lists, for paths that have other places.</summary>
    public SessionFaults At(Func<string, string> getLocation) => new(subject, getLocation) { Errors = Errors, Warnings = Warnings, _places = _places };

    /// <summary>Adds an error about a value, by its wire path.</summary>
    public void Add(string path, string fault) => AddAt(getLocation(path), fault);

    /// <summary>Adds an error about a value, by its place.</summary>
    public void AddAt(string place, string fault)
    {
        _places.Add(place);
        Add(PeerText.Sanitize($"{place} {fault}"));
    }

    /// <summary>Adds an error about the whole session or agent.</summary>
    public void Add(string fault) => Errors.Add($"{subject}: {fault}");

    /// <summary>Adds a violation. An error is ignored if another one was already reported for the same place, because that one is its cause.</summary>
    public void Add(ConstraintViolation violation, bool isError)
    {
        var place = getLocation(violation.Path);
        if (!isError)
            Warnings.Add(violation with { Path = place });
        else if (!_places.Contains(place))
            Add((violation with { Path = place }).ToString());
    }
}
