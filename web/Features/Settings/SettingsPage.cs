using System.ComponentModel.DataAnnotations;
using EwasteEpr.Settings;

namespace EwasteEpr.Web.Features.Settings;

/// <summary>The register of settings, for everybody and for the operator.</summary>
/// <param name="Reader">Who reads it, where somebody is signed in.</param>
public sealed record SettingsPage(IReadOnlyList<Setting> Settings, Guid? Reader, bool MayPropose, bool MayApply, string? Done);

public sealed class SettingForm
{
    public string? Key { get; set; }

    public string? Kind { get; set; }

    public string? Value { get; set; }

    [StringLength(1000, ErrorMessage = "E.TooLong")]
    public string? Basis { get; set; }

    [StringLength(1000, ErrorMessage = "E.TooLong")]
    public string? Reason { get; set; }
}
