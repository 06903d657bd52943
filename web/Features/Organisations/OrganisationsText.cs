namespace EwasteEpr.Web.Features.Organisations;

/// <summary>Names the texts of organisations, their members and keys, and the words the feature's forms share.</summary>
public sealed class OrganisationsText;
