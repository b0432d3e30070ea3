namespace Realtime.Sdk.Internal;

/// <summary>
/// The members of a message whose values cannot be read, identified by the positions of their names. If the record does not require such a member, the
/// member is kept as an unknown one, so that the rest of the message can be read. If it does, the member that contains the record is unreadable instead.
/// </summary>
internal sealed class UnreadableMembers
{
    /// <summary>
    /// The maximum number of such members. Each requires another pass over the message, so without a limit a peer could make reading arbitrarily expensive.
    /// </summary>
    private const int MaxCount = 8;

    private readonly List<int> _names;

    private UnreadableMembers(List<int> names) => _names = names;

    public bool Contains(int nameStart) => _names.Contains(nameStart);

    /// <summary>Returns the members from a position on, relative to it; null if there are none.</summary>
    public UnreadableMembers? From(int start)
    {
        var names = _names.FindAll(name => name >= start).ConvertAll(name => name - start);
        return names.Count == 0 ? null : new(names);
    }

    /// <summary>Reads a message again after a failure, without the members that caused it. Returns null if that is not possible.</summary>
    /// <param name="message">The message, which is valid JSON.</param>
    /// <param name="failed">The reader, at the position of the failure.</param>
    public static T? ReadWithout<T>(ReadOnlySpan<byte> message, WireReader failed) where T : WireObject, IWireObject<T>
    {
        var unreadable = new UnreadableMembers(new(MaxCount));
        var position = failed.Position;
        while (unreadable.TryAdd(message, position))
        {
            // A dry run first: objects are created only once it is known that the message can be read.
            var dry = failed.Restart(unreadable, isDryRun: true);
            var isRead = false;
            try
            {
                dry.ReadWhole<T>();
                isRead = true;
            }
            catch (Exception e) when (WireMessage.IsContentError(e) && !WireDiscriminator.IsAmbiguity(e))
            {
                position = dry.Position;
            }
            if (isRead)
                return failed.Restart(unreadable, isDryRun: false).ReadWhole<T>();
        }
        return null;
    }

    /// <summary>
    /// Adds the innermost member at a position that was not added before. If that member was added before, its record requires it, so the next outer member
    /// is added.
    /// </summary>
    private bool TryAdd(ReadOnlySpan<byte> message, int position)
    {
        Span<int> names = stackalloc int[JsonPath.MaxDepth];
        for (var level = JsonPath.FindNames(message, position, names) - 1; level >= 0 && _names.Count < MaxCount; level--)
        {
            if (_names.Contains(names[level]))
                continue;
            _names.Add(names[level]);
            return true;
        }
        return false;
    }
}
