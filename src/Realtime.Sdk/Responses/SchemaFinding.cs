namespace Realtime.Sdk.Internal;

/// <summary>How closely a value resembles what a schema requires. It determines which variant of <c>anyOf</c> a value was meant to be.</summary>
internal enum SchemaFindingKind
{
    Rule,

    /// <summary>The value has another type, or is not one of the allowed values. The rule begins with <c>must be</c>.</summary>
    OtherValue,
}

/// <summary>A violation of a schema whose path is not written yet, because most findings in variants are discarded.</summary>
/// <param name="At">The value, or the object that lacks a member.</param>
/// <param name="Missing">The name of the missing member; null if the value is present.</param>
/// <param name="Rule">The rule, as in <see cref="ConstraintViolation.Rule"/>.</param>
/// <param name="ShowsValue">Whether the value is part of the message.</param>
/// <param name="Kind">The kind of the finding.</param>
internal readonly record struct SchemaFinding(ValueNode At, string? Missing, string Rule, bool ShowsValue, SchemaFindingKind Kind = SchemaFindingKind.Rule)
{
    public ConstraintViolation ToViolation()
    {
        var rule = PeerText.Sanitize(Rule).ToString();
        return new(PeerText.Sanitize(Missing is null ? At.GetPath() : At.GetPath(Missing)), ShowsValue ? At.Describe() : null, rule, ConstraintSeverity.Error);
    }
}
