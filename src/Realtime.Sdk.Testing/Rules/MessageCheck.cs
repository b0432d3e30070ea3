using System.Text;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>The state of checking one message: the current position and the policy. The path is built only for a refusal.</summary>
internal sealed class MessageCheck(ServicePolicy policy, string root = "")
{
    private readonly List<(string? Member, int Index)> _steps = [];

    public ServicePolicy Policy => policy;

    /// <summary>The path of the value that is being checked, as in refusals.</summary>
    public string Path => At(member: null);

    public void Enter(string member) => _steps.Add((member, 0));

    public void Enter(int index) => _steps.Add((null, index));

    public void Leave() => _steps.RemoveAt(_steps.Count - 1);

    /// <summary>Returns the path of a member of the value that is being checked.</summary>
    public string At(string? member)
    {
        var path = new StringBuilder(root);
        foreach (var (name, index) in _steps)
            Append(path, name, index);
        if (member is not null)
            Append(path, member, 0);
        return path.ToString();
    }

    private static void Append(StringBuilder path, string? member, int index)
    {
        if (member is null)
            path.Append($"[{index}]");
        else
            path.Append(path.Length == 0 ? "" : ".").Append(member);
    }
}
