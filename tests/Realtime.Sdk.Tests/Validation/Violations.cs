namespace Realtime.Sdk.Tests.Validation;

/// <summary>Violations as the lines a user reads.</summary>
internal static class Violations
{
    public static IEnumerable<string> Errors(this IEnumerable<ConstraintViolation> violations) =>
        violations.Where(violation => violation.Severity == ConstraintSeverity.Error).Select(violation => violation.ToString());

    public static IEnumerable<string> Warnings(this IEnumerable<ConstraintViolation> violations) =>
        violations.Where(violation => violation.Severity == ConstraintSeverity.Warning).Select(violation => violation.ToString());
}
