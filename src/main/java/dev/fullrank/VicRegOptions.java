package dev.fullrank;

/**
 * Options of VICReg: the factor of each term in the total, and the terms' own options.
 *
 * @param invarianceWeight factor of s
 * @param varianceWeight factor of v of each branch
 * @param covarianceWeight factor of c of each branch
 */
record VicRegOptions(
    double invarianceWeight,
    double varianceWeight,
    double covarianceWeight,
    InvarianceDivisor invarianceDivisor,
    HingeOptions hinge,
    CovarianceOptions covariance,
    NonFinitePolicy nonFinite,
    int parallelism,
    Device device) {}
